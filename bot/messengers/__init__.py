"""The messengers Dobi speaks through, one file a platform. Telegram, Slack, NAVER WORKS and Matrix join here later."""
