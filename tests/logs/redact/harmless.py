"""Builds texts that look like secrets and are none; nothing in them may be touched."""

import uuid
from collections.abc import Iterator
from random import Random

from tests.logs.redact.planted import DIGITS, HEX, Planted, _body

WRITTEN = r"""
order 4829-1134-2231 has shipped|Order #100234567890 was paid|ticket 415-555-2671 is closed
version 1.2.3.4 is out|v10.20.30.40|upgrade from 2.0.1.0 to 2.1.0.3|numpy==1.26.4.1
Chrome/120.0.6099.71 Safari/537.36|see section 1.2.3.4 of the manual|OID 1.3.6.1.4.1.311
2026-11-24T10:11:12.123456Z|24.11.2026 um 10:30 Uhr|call on 12/10/2024 please
between 2024-01-01 and 2024-12-31|created_at: 1749650243|expires 1767225599000|nanoseconds 1749650243123456789
ISBN 978-3-16-148410-0|ISBN 0-306-40615-2|EAN 4006381333931|costs $1,234,567.89|EUR 12.345.678,90
1 234 567 890 people|52.520008, 13.404954|lat=40.7127753 lon=-74.0059728|pi is 3.14159265358979323846
0.4111111111111111|score 0.5105105105105105|tracking 1Z999AA10123456784|parcel 00340434161094042557
flight LH 2034 at 10:45|seat 12A, gate 34|room 3.14|rated 4.5/5 by 12,345 users|resolution 1920x1080
127.0.0.1:8000|http://localhost:3000|listen 0.0.0.0:80|mask 255.255.255.0|connect to ::1 port 5432
std::vector<int>|a::b::c|12:34:56|10:11:12:13|de:ad:be:ef:00:01 is a MAC|icon@2x.png|@media print
@types/node@20.1.2|git@github.com:org/repo.git|user@localhost|@app.route('/')|uses: actions/checkout@v4.1.0
a @ b|me@|the @tool.setter of x|password: str|password = get_password()|password=password
password: ${DB_PASSWORD}|password = os.environ["PW"]|secret: <your-secret>|api_key=YOUR_API_KEY|token = None
max_tokens: 4096|"total_tokens": 12345|token_count=18234|Password reset link does not work
I forgot my password, please help|password: required|the secret of good coffee is water
password = config.password|if password != confirm_password:|API key is missing|"api_key": "your-api-key-here"
secret_name: my-app-secret|Bearer token is required|Basic authentication is off|Authorization: Bearer $TOKEN
Authorization: Bearer <token>|the bearer of this letter|https://example.com/a:b/c@d
https://user:${PASS}@host/x|postgres://{user}:{password}@{host}/db|http://example.com:8080/x|ftp://example.com
/home/user/app|/Users/Shared/x|C:\Users\Public\\x|https://example.com/home/products|~/work/app.py
/usr/local/bin|node.local.ts|settings.local.json|.env.local|threading.local()|import foo.internal.Bar
host.docker.internal:8080|localhost.|internal affairs|go local!|sk-learn is a library
the risk-averse investor chose task-oriented-planning-methods|ghp_ is a prefix|AKIA means nothing|xoxo, Ana
eyJ is how they begin|-----BEGIN PUBLIC KEY-----|-----BEGIN CERTIFICATE-----|ssh-rsa is a type
npm_config_registry|000-12-3456|666-12-3456|part 123-45-6789-0|900-12-3456|12-345-6789
DE00 0000 0000 0000 0000 00|AB12 3456 7890|GB is a country|card ending in 4242|4242 4242 4242 4241
1111 2222 3333 4444|0000000000000000|SKU 5512-8891|invoice 2024-000123|case 00123456|page 3 of 12
1,000,000 rows|+1 for this idea|+20 % in 2025|-40 to +85 degrees|next_page_token: CAUQAA1234567890abcd
tokenizer: cl100k_base_v2|token_type: Bearer|password_policy: min_length_12|secret_id_field: id
model claude-3-5-sonnet-20241022|gpt-4o-2024-08-06|commit by 3 people|sha256 of it|etag W/"123456789"|RFC 2822
IPv4 and IPv6|port 65535|HTTP 404|10.5 km in 45:12|kind=Kind.INTERNAL|self.local|pass the salt|pass: 12 of 14
use --password to log in|docker run -u 1000:1000 x|if password > 8|{"date": "****/**/**"}
phone number is missing|call 911|my phone has 128 GB
extension 4411|dial 0|"pass": "#5aa9ff"|STATES = {"pass": "passes"}|first_pass: complete
"""


def harmless() -> list[Planted]:
    """The same list each time."""
    written = [text for line in WRITTEN.strip().splitlines() for text in line.split("|")]
    return [*(Planted(text, text) for text in written), *(Planted(text, text) for text in _generated(Random(7)))]


def _generated(rng: Random) -> Iterator[str]:
    for _ in range(8):
        yield f"commit {_body(rng, 40, HEX)} by the bot"
        yield f"requestId {uuid.UUID(int=rng.getrandbits(128), version=4)} took 12 ms"
        yield f"merge {_body(rng, 7, HEX)}..{_body(rng, 7, HEX)} into main"
        yield f"order {rng.randrange(10**9, 10**10)} of 2026-0{rng.randrange(1, 9)}-1{rng.randrange(9)}"
        yield f"sha256:{_body(rng, 64, HEX)}"
        yield f"lib/aws/client.py,sha256=s8-{_body(rng, 40)},1939"
        yield f"toolu_01{_body(rng, 22)} and msg_01{_body(rng, 22)}"
        yield f"tracking 1Z{_body(rng, 16, DIGITS)}"
        yield f"build {rng.randrange(9)}.{rng.randrange(99)}.{rng.randrange(99)}.{rng.randrange(9999)}"
