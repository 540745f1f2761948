"""Pages of datasets. They are here, since rows made from items show what people answered."""
