"""The site of the portal: settings, addresses, headers, error pages, and the release."""

__version__ = "1.0.0"
