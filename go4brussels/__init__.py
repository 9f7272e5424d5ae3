"""The site of the portal: settings, addresses, headers, error pages, and the release."""

__version__ = "0.1.0"
