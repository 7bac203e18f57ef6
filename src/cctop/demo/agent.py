"""A subagent: a transcript of its own beside that of its session, and a small file about it."""

from cctop.demo import records
from cctop.demo.bill import Account
from cctop.demo.records import Record
from cctop.demo.thread import Call, Thread


class Agent(Thread):
    """The subagent that `call` started in `parent`; what it costs counts for its session too."""

    def __init__(
        self,
        parent: Thread,
        call: Call,
        *,
        kind: str,
        description: str,
        prompt: str,
        model: str,
        background: bool = False,
    ) -> None:
        stage = parent.stage
        self.id = f"a{stage.dice.getrandbits(64):016x}"
        self.call = call
        self._prompt = prompt
        self._started = stage.now
        account = Account()
        session = parent.accounts[0]
        session.agents[self.id] = account
        who = records.Speaker(
            session=parent.who.session,
            cwd=parent.who.cwd,
            branch=parent.who.branch,
            version=parent.who.version,
            entrypoint=parent.who.entrypoint,
            agent=self.id,
            agent_type=kind,
        )
        folder = f"{parent.path.removesuffix('.jsonl')}/subagents"
        if isinstance(parent, Agent):
            folder = parent.path.rpartition("/")[0]
        super().__init__(stage, who, f"{folder}/agent-{self.id}.jsonl", model, (session, account))
        self.prompt_id = parent.prompt_id
        self._meta: Record = {
            "agentType": kind,
            "isBuiltIn": True,
            "description": description,
            "toolUseId": call.id,
            **({"parentAgentId": parent.id} if isinstance(parent, Agent) else {}),
            "spawnDepth": parent._meta["spawnDepth"] + 1 if isinstance(parent, Agent) else 1,
            "requestShape": "background" if background else "foreground",
            "requestNonInteractive": not parent.who.interactive,
            "model": model,
            "pickedEffortModel": model,
        }
        self._tell()
        self.write(records.user(self.who, self.mark(), self.prompt_id, prompt))

    def _tell(self) -> None:
        path = self.path.removesuffix(".jsonl") + ".meta.json"
        self.stage.files.put(path, self._meta)

    def finish(self) -> None:
        """It stopped, well or not: said in the file about it."""
        self._meta["finished"] = True
        self._tell()

    def handed_back(self, text: str) -> Record:
        """The result object of the call that started it, once it is done.

        `totalTokens` is its last request's alone: that is how the CLI writes it.
        """
        usage = self.last_usage
        return {
            "status": "completed",
            "prompt": self._prompt,
            "agentId": self.id,
            "agentType": self.who.agent_type,
            "toolsUsed": sorted(self.accounts[1].tools),
            "harnessNoteCount": 0,
            "harnessTailCount": 0,
            "harnessSectionHash": "0" * 16,
            "content": [{"type": "text", "text": text}],
            "resolvedModel": self.model,
            "totalDurationMs": self.stage.now - self._started,
            "totalTokens": usage.prompt + usage.output,
            "totalToolUseCount": sum(self.accounts[1].tools.values()),
            "usage": records.usage_object(usage),
            "canContinueAgent": True,
        }

    def launched(self) -> Record:
        """The result object of a call that left it running in the background."""
        session = self.who.session
        return {
            "isAsync": True,
            "status": "async_launched",
            "agentId": self.id,
            "description": self._meta["description"],
            "resolvedModel": self.model,
            "prompt": self._prompt,
            "outputFile": f"/tmp/claude/{session}/tasks/{self.id}.output",  # noqa: S108
            "canReadOutputFile": True,
            "canContinueAgent": True,
        }
