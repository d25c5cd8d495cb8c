"""Crawlers: verified public agencies become articles in one stream; nothing here knows a reader or a chat."""
