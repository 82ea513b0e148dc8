"""What was worked out in one world, found again in every other that answers the same questions alike."""

from __future__ import annotations

from collections.abc import Sequence

from stanchion.worlds.world import Question, World

#: Nothing is remembered: None may be an answer.
NOTHING = object()
#: What is remembered of one thing: answers that hang on so many questions at the most, and so many of them.
MAX_QUESTIONS, MAX_ANSWERS = 64, 256


class Memory:
    """What something gave, by the answers of the world to the questions that it asked, in their order.

    What asks the world the same things in the same order, as long as the answers are the same, need not be worked out
    again where they are: the next question is known from the answers so far.
    """

    __slots__ = ("_answer", "_branches", "_question", "_size")

    def __init__(self) -> None:
        self._answer: object = NOTHING
        self._question: Question | None = None
        self._branches: dict[object, Memory] = {}
        self._size = 0

    def recall(self, world: World) -> object:
        """What is known for a world, asked what would be asked; `NOTHING`, with nothing asked, where nothing is."""
        here: Memory | None = self
        mark = world.mark()
        while here is not None and here._question is not None:
            here = here._branches.get(world.ask(here._question))
        if here is not None and here._answer is not NOTHING:
            return here._answer
        world.back_to(mark)
        return NOTHING

    def keep(self, asked: Sequence[tuple[Question, object]], answer: object) -> None:
        """Remember an answer; not one that hangs on too many questions, nor too many of them."""
        path = _told_apart(asked)
        if len(path) > MAX_QUESTIONS or self._size >= MAX_ANSWERS:
            return
        self._size += 1
        here = self
        for question, said in path:
            here._question = question
            here = here._branches.setdefault(said, Memory())
        here._answer = answer


def _told_apart(asked: Sequence[tuple[Question, object]]) -> list[tuple[Question, object]]:
    """What was asked, without what was asked before and is settled; a variable that was open may have a value later."""
    path: list[tuple[Question, object]] = []
    settled: set[Question] = set()
    for question, answer in asked:
        if question in settled:
            continue
        if answer is not None:
            settled.add(question)
        path.append((question, answer))
    return path
