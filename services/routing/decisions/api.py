"""Decisions over HTTP: read, confirm, overrule within reach of one click, undo, decide a gate."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Query as Param
from pydantic import Field

from services.routing.clocks.table import ClockRules
from services.routing.decisions.answers import DecisionAnswer, show, stage_of
from services.routing.decisions.commands import Confirm, DecideGate, DecisionCommand, Overrule, UndoOverrule
from services.routing.decisions.decider import merged
from services.routing.decisions.doors import Doors
from services.routing.decisions.lists import MAX_PAGE, ClockList, DecisionLists, Worklist
from services.routing.decisions.relations import decision_of
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.state import Matter
from services.routing.decisions.store import DecisionHandler
from services.routing.decisions.views import Stage, worklist
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority, ReasonCode
from shared.kernel import Clock, RequestId, TextRef, UnitCode
from shared.web import Call, CodeText, LongText, Query, StrictModel, Text, Vault
from shared.contracts.vault import ItemKind
