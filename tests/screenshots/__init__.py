"""Pictures of every page of the demo site: `make screenshots`."""
