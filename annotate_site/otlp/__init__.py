"""OpenTelemetry's protocol over HTTP: what exporters and collectors send becomes traces."""
