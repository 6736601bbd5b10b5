"""YAML read as the text that was typed, with the line of every node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from annotator.domain.bounds import LONGEST_CODEBOOK, MOST_DEPTH, half_a_character
from annotator.domain.codebook.faults import CodebookFaults, Fault
from annotator.domain.words import say

Path = tuple[str | int, ...]
_LONG = 1 << 16
"""Characters of a text for which the faster reader of YAML is taken, whose words on faults are fewer."""
_CUT = say("split it into several codebooks, or take out what does not belong to a codebook")


class Typed(str):
    """An unquoted scalar: text, unless a number or a yes/no is expected where it stands."""

    __slots__ = ()


@dataclass(slots=True)
class Tree:
    """Plain data with the line of each path; ``faults`` holds what the form itself got wrong."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)


def path_text(path: Path) -> str:
    """``("layers", 0, "key")`` as ``layers[0].key``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _refused(source: str, line: int, what: str, remedy: str) -> CodebookFaults:
    return CodebookFaults(source, (Fault(line, "", what, remedy),))


def read_tree(text: str, source: str) -> Tree:
    """The file's nodes; raises CodebookFaults where the text is not YAML or JSON at all."""
    import yaml

    text = text.replace("\t", " ") if text.lstrip().startswith("{") else text
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_CODEBOOK:
        raise _refused(source, 1, say("the file is larger than {most} MB", most=LONGEST_CODEBOOK >> 20), _CUT)
    if half_a_character(text):
        raise _refused(source, 1, say("it contains half a character (a lone surrogate)"), say("take it out"))
    loader = yaml.CSafeLoader if len(text) > _LONG and yaml.__with_libyaml__ else yaml.SafeLoader
    try:
        depth = 0
        for token in yaml.scan(text, Loader=loader):
            line = token.start_mark.line + 1
            if isinstance(token, (yaml.AnchorToken, yaml.AliasToken)):
                raise _refused(source, line, say("anchors and aliases are not allowed"), say("write the content out"))
            name = type(token).__name__
            depth += name.endswith("StartToken") and name.startswith(("Block", "Flow"))
            depth -= name in ("BlockEndToken", "FlowSequenceEndToken", "FlowMappingEndToken")
            if depth > MOST_DEPTH:
                raise _refused(source, line, say("nested too deeply"), say("flatten it"))
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = say("the text is not YAML: {reason}", reason=error.problem)
        raise _refused(source, line, what, say("correct the syntax of this line")) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise _refused(source, 1, say("the text is not YAML"), say("save it as plain UTF-8 text")) from error
    tree = Tree()
    if root is not None:
        tree.lines[()] = root.start_mark.line + 1
        tree.data = _convert(root, (), tree)
    return tree


def _convert(node: Any, path: Path, tree: Tree) -> Any:
    import yaml

    tree.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > MOST_DEPTH:
        tree.faults.append(
            Fault(node.start_mark.line + 1, path_text(path[:4]), say("nested too deeply"), say("flatten it"))
        )
        return None
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("'", '"', "|", ">"):
            return str(node.value)
        return None if node.tag.endswith(":null") and node.value in ("", "~", "null") else Typed(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_convert(child, (*path, i), tree) for i, child in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        here = (*path, key)
        if key in result:
            tree.faults.append(
                Fault(line, path_text(here), say("`{key}` is there twice", key=key), say("keep one of them"))
            )
            continue
        tree.lines[here] = line
        result[key] = _convert(value_node, here, tree)
    return result


def typed_value(value: Any) -> Any:
    """An unquoted scalar as the number or yes/no that it looks like; anything else unchanged."""
    if not isinstance(value, Typed):
        return value
    if value in ("true", "false"):
        return value == "true"
    for kind in (int, float):
        try:
            number = kind(value)
        except ValueError:
            continue
        if str(number) == value or kind is float:
            return number
        break
    return str(value)
