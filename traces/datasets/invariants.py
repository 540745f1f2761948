"""What holds of datasets: each statement returns the rows that break it. See docs/trust.md."""

from .digests import row_digest
from .models import DatasetRow

RULES: dict[tuple[str, str], str] = {
    ("16a", "the places of a version are 1, 2, 3 and so on, as many as it has rows"): """
        select v.id as version, v.rows, count(p.id) as places, min(p.place), max(p.place)
          from traces_datasetversion v left join traces_datasetplace p on p.version_id = v.id
         group by v.id
        having count(p.id) <> v.rows
            or (v.rows > 0 and (min(p.place), max(p.place)) <> (1, v.rows))""",
    ("16b", "a version's digest is that of its rows in their order"): """
        select v.id as version, v.digest from traces_datasetversion v
          left join traces_datasetplace p on p.version_id = v.id
          left join traces_datasetrow r on r.id = p.row_id
         group by v.id
        having v.digest <> encode(sha256(
               coalesce(string_agg(r.digest, E'\\n' order by p.place), '')::bytea), 'hex')""",
    ("16c", "a source is in a version once, and its rows are of its dataset"): """
        select v.id as version, r.source
          from traces_datasetversion v join traces_datasetplace p on p.version_id = v.id
          join traces_datasetrow r on r.id = p.row_id
         group by v.id, r.source
        having count(*) > 1 or bool_or(r.dataset_id <> v.dataset_id)""",
    ("16d", "the versions of a dataset are numbered without a gap"): """
        select dataset_id as dataset, count(*), max(number) from traces_datasetversion
         group by dataset_id having max(number) <> count(*)""",
}
DIGEST = "16e", "a row's digest is that of its content, unless that was erased"


def rows_broken() -> list[dict[str, int]]:
    """Those that break DIGEST, which no statement can tell."""
    rows = DatasetRow.objects.filter(erased_at=None).order_by("pk").iterator(chunk_size=500)
    return [{"row": row.pk} for row in rows if row_digest(vars(row)) != row.digest]
