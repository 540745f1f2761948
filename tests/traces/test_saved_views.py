"""Saved views: kept for oneself or shared, opened by their address, changed by those who may."""

from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from annotate_site.projects.models import User
from tests import factories
from tests.conftest import Cast
from traces.listing import Listing
from traces.models import SavedView
from traces.saved_views import NameTaken, listing_of, save_view, views_of

Browser = Callable[[User], Client]
QUERY = "filter=latency%3Agt%3A2&filter=status%3Ais%3Aerror&sort=-cost&columns=time%2Ccost"


def listing(query: str = QUERY) -> Listing:
    return Listing.from_query(QueryDict(query))


def save(cast: Cast, by: User, name: str, *, shared: bool = False) -> SavedView:
    return save_view(project=cast.project, by=by, name=name, shared=shared, listing=listing())


def names(cast: Cast, user: User) -> list[str]:
    return [view.name for view in views_of(cast.project, user)]


def url(cast: Cast, name: str, *more: object) -> str:
    return reverse(f"traces:{name}", args=[cast.project.slug, *more])


def test_a_view_gives_the_same_list_again(cast: Cast) -> None:
    view = SavedView.objects.get(pk=save(cast, cast.manager, "Slow errors").pk)
    assert listing_of(view) == listing()
    assert listing_of(view).as_query() == QUERY
    empty = save_view(
        project=cast.project, by=cast.manager, name="All", shared=False, listing=listing("")
    )
    assert listing_of(empty) == Listing()


def test_ones_own_are_private_until_they_are_shared(cast: Cast) -> None:
    save(cast, cast.manager, "Mine")
    save(cast, cast.manager, "Ours", shared=True)
    save(cast, cast.viewer, "Theirs")
    assert names(cast, cast.manager) == ["Mine", "Ours"]
    assert names(cast, cast.viewer) == ["Ours", "Theirs"]
    assert list(views_of(cast.other_project, cast.manager)) == []


def test_one_person_has_each_name_once(cast: Cast) -> None:
    save(cast, cast.manager, "Slow")
    with pytest.raises(NameTaken, match="There is a view named “slow” already"):
        save(cast, cast.manager, "slow")
    save(cast, cast.viewer, "Slow")
    assert SavedView.objects.count() == 2


def test_the_page_lists_views_and_says_which_it_shows(cast: Cast, browser_of: Browser) -> None:
    factories.make_trace(cast.project)
    view = save(cast, cast.manager, "Slow errors", shared=True)
    manager, viewer = browser_of(cast.manager), browser_of(cast.viewer)
    text = viewer.get(url(cast, "trace-list")).content.decode()
    assert f'href="?{QUERY.replace("&", "&amp;")}"' in text
    assert 'aria-current="page">All traces' in text
    edit = url(cast, "view-edit", view.pk)
    address = f"{url(cast, 'trace-list')}?{QUERY}"
    text = manager.get(address).content.decode()
    assert 'aria-current="page">Slow errors' in text
    assert edit in text
    assert edit not in viewer.get(address).content.decode()


def test_a_list_is_saved_with_the_columns_that_are_shown(cast: Cast, browser_of: Browser) -> None:
    client = browser_of(cast.manager)
    text = client.get(url(cast, "trace-list"), {"sort": "-cost"}).content.decode()
    kept = "sort=-cost&amp;columns=status%2Cqueues%2Cmodel%2Ctokens%2Clatency%2Ctime"
    assert f'{url(cast, "view-new")}?{kept}"' in text
    response = client.post(
        url(cast, "view-new"), {"list": QUERY, "name": " Slow  ones ", "shared": "on"}
    )
    assert response["Location"] == f"{url(cast, 'trace-list')}?{QUERY}"
    view = SavedView.objects.get()
    assert (view.name, view.shared, view.columns) == ("Slow ones", True, ["time", "cost"])
    again = client.post(url(cast, "view-new"), {"list": QUERY, "name": "Slow ones"})
    assert again.status_code == 422
    assert "There is a view named" in again.content.decode()


def test_a_viewer_keeps_views_and_shares_none(cast: Cast, browser_of: Browser) -> None:
    client = browser_of(cast.viewer)
    client.post(url(cast, "view-new"), {"list": QUERY, "name": "Mine", "shared": "on"})
    view = SavedView.objects.get()
    assert not view.shared
    client.post(url(cast, "view-edit", view.pk), {"name": "Still mine", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared) == ("Still mine", False)
    client.post(url(cast, "view-edit", view.pk), {"delete": "1"})
    assert not SavedView.objects.exists()


def test_a_view_is_changed_by_its_owner_or_a_manager(cast: Cast, browser_of: Browser) -> None:
    shared, private = save(cast, cast.manager, "Ours", shared=True), save(cast, cast.viewer, "Mine")
    viewer, manager = browser_of(cast.viewer), browser_of(cast.manager)
    for data in ({"name": "x"}, {"delete": "1"}):
        assert viewer.post(url(cast, "view-edit", shared.pk), data).status_code == 403
        assert manager.post(url(cast, "view-edit", private.pk), data).status_code == 404
    manager.post(url(cast, "view-edit", shared.pk), {"name": "Renamed"})
    shared.refresh_from_db()
    assert (shared.name, shared.shared) == ("Renamed", False)


def test_a_view_whose_queue_is_gone_says_so_at_its_row(cast: Cast, browser_of: Browser) -> None:
    save_view(
        project=cast.project, by=cast.manager, name="Old", shared=False,
        listing=listing("filter=nonsense:is:1"),
    )  # fmt: skip
    text = browser_of(cast.manager).get(url(cast, "trace-list") + "?filter=nonsense:is:1").content
    assert "There is no such column" in text.decode()
