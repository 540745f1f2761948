"""How a figure is printed beside its limit."""


def budget(told: str, found: str, limit: str, kept: bool) -> None:
    print(f"  {told:34}{found:>22}   {limit:18}{'ok' if kept else 'MISSED'}", flush=True)
