"""A real SMTP server for the tests: python3 smtp_server.py <folder>

Writes its port to <folder>/port and every accepted message to <folder>/messages/<n>.json, decoded. A recipient for whom
the file <folder>/answers/<address> exists is answered with that file's text, such as "451 4.7.1 later".
"""
import asyncio
import email
import email.policy
import itertools
import json
import pathlib
import sys

from aiosmtpd.smtp import SMTP

folder = pathlib.Path(sys.argv[1])
numbers = itertools.count(1)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = folder / "answers" / address
        if answer.exists():
            return answer.read_text().strip()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        seen = {
            "From": envelope.mail_from,
            "To": envelope.rcpt_tos,
            "Subject": str(message["Subject"] or ""),
            "Text": plain.get_content() if plain else "",
            "Html": html.get_content() if html else "",
            "Headers": {name: str(value) for name, value in message.items()},
        }
        number = next(numbers)
        part = folder / f"{number}.part"
        part.write_text(json.dumps(seen), encoding="utf-8")
        part.rename(folder / "messages" / f"{number:06}.json")
        return "250 OK"


async def main():
    for name in ("messages", "answers"):
        (folder / name).mkdir(exist_ok=True)
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(lambda: SMTP(Handler(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    part = folder / "port.part"
    part.write_text(str(listener.sockets[0].getsockname()[1]))
    part.rename(folder / "port")
    await listener.serve_forever()


asyncio.run(main())
