"""The drawing of completed items that add up."""

from django import template

from annotate_site import charts

from ..queries.burn_up import BurnUp

register = template.Library()
WIDTH, HEIGHT = 600, 100


@register.inclusion_tag("queues/_burn_chart.html")
def burn_chart(burn: BurnUp) -> dict[str, object]:
    """Its top is the queue's items now."""
    so_far = [day.so_far for day in burn.days]
    most = max([burn.total, *so_far])
    path = charts.steps(so_far, width=WIDTH, height=HEIGHT, most=most)
    return {"burn": burn, "path": path, "width": WIDTH, "height": HEIGHT, "most": most}
