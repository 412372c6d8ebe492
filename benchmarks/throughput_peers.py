"""The peers that `throughput.py` measures, each in a process of its own: the wire, instructor, langextract.

python benchmarks/throughput_peers.py JSON     # a `Job`; prints a `Measured`
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

from rich_commentary import CLAIMS_OF_ARTICLE, as_langextract, commentary
from throughput_job import WARM, Clock, Job, Measured, ask_all, tell

MODEL = "loopback"


def wire(job: Job, /) -> Measured:
    """Nothing but HTTP: what the server and an aiohttp client allow."""
    import aiohttp

    texts = [commentary(number).text for number in range(job.number)]

    async def run() -> Measured:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def work(number: int) -> int:
                body = {"model": MODEL, "messages": job.asked(texts[number]), "response_format": job.schema}
                async with session.post(f"{job.url}/chat/completions", data=json.dumps(body)) as answer:
                    return _claims((await answer.read()).decode(), escaped=True)

            return await ask_all(work, job)

    return asyncio.run(run())


def raw(job: Job, /) -> Measured:
    """The bare client of OpenAI; the answer is left as text."""
    from openai import AsyncOpenAI

    texts = [commentary(number).text for number in range(job.number)]

    async def run() -> Measured:
        async with AsyncOpenAI(base_url=job.url, api_key="none", max_retries=0) as client:
            create: Any = client.chat.completions.create

            async def work(number: int) -> int:
                asked = job.asked(texts[number])
                answer = await create(model=MODEL, messages=asked, response_format=job.schema)
                return _claims(answer.choices[0].message.content)

            return await ask_all(work, job)

    return asyncio.run(run())


def instructor(job: Job, /) -> Measured:
    """instructor at its defaults (a tool call), with our draft as the response model."""
    import instructor as library
    from openai import AsyncOpenAI

    from extractor.schemas.drafts import DraftExtraction

    texts = [commentary(number).text for number in range(job.number)]

    async def run() -> Measured:
        client: Any = library.from_openai(AsyncOpenAI(base_url=job.url, api_key="none", max_retries=0))

        async def work(number: int) -> int:
            asked = job.asked(texts[number])
            draft = await client.chat.completions.create(model=MODEL, messages=asked, response_model=DraftExtraction)
            return len(draft.positions) + len(draft.predictions)

        return await ask_all(work, job)

    return asyncio.run(run())


def langchain(job: Job, /) -> Measured:
    """LangChain's structured output at its defaults, with our draft as the schema."""
    from langchain_openai import ChatOpenAI

    from extractor.schemas.drafts import DraftExtraction

    texts = [commentary(number).text for number in range(job.number)]

    async def run() -> Measured:
        chat_model = ChatOpenAI(model=MODEL, base_url=job.url, api_key="none", max_retries=0)
        structured = chat_model.with_structured_output(DraftExtraction)

        async def work(number: int) -> int:
            pairs = [(message["role"], message["content"]) for message in job.asked(texts[number])]
            draft: Any = await structured.ainvoke(pairs)
            return len(draft.positions) + len(draft.predictions)

        return await ask_all(work, job)

    return asyncio.run(run())


def langextract(job: Job, /, workers: int = 10) -> Measured:
    """langextract with so many workers and as many documents in a batch (10 are its default); one call an article."""
    import langextract as lx
    from langextract.factory import ModelConfig

    texts = [commentary(number).text for number in range(job.number)]
    config = ModelConfig("loopback", "OpenAILanguageModel", {"api_key": "none", "base_url": job.url})

    def extract(numbers: range) -> int:
        documents = [lx.data.Document(texts[number], document_id=str(number)) for number in numbers]
        found: Any = lx.extract(
            documents,
            prompt_description=job.messages[0]["content"],
            examples=[_example(lx.data)],
            config=config,
            max_char_buffer=10_000,
            batch_length=workers,
            max_workers=workers,
            show_progress=False,
        )
        return sum(one.extraction_class != "expert" for document in found for one in document.extractions)

    extract(range(min(WARM, job.number)))
    clock = Clock()
    return clock.measured(job.number, extract(range(job.number)))


def langextract_64(job: Job, /) -> Measured:
    """langextract with as many workers as there are articles in flight."""
    return langextract(job, workers=job.flight)


SYSTEMS: dict[str, Callable[[Job], Measured]] = {
    "wire": wire,
    "raw": raw,
    "instructor": instructor,
    "langchain": langchain,
    "langextract": langextract,
    "langextract-64": langextract_64,
}


def _claims(text: str, /, *, escaped: bool = False) -> int:
    """The claims in an answer that is left as text."""
    return text.count('\\"statement\\":' if escaped else '"statement":')


def _example(data: Any, /) -> Any:
    """An example as langextract wants one: a short text with one extraction of each class."""
    told = commentary(1_000_003)
    text = told.text.partition("\n\n")[2].partition("\n\n")[0]
    answer = {name: found[:1] for name, found in told.answer.items()}
    extractions = []
    for one in as_langextract(answer, text)["extractions"]:
        (name, quoted), (_, attributes) = one.items()
        extractions.append(data.Extraction(extraction_class=name, extraction_text=quoted, attributes=attributes))
    return data.ExampleData(text=text, extractions=extractions)


if __name__ == "__main__":
    given = Job(**json.loads(sys.argv[1]))
    measured = SYSTEMS[given.system](given)
    if measured.claims != given.number * CLAIMS_OF_ARTICLE:
        sys.exit(f"{given.system}: {measured.claims} claims in {given.number} articles")
    tell(measured)
