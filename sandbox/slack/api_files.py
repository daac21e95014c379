"""The files.* methods: a place for the bytes, then a message with the file."""

from typing import Any

from sandbox.slack import workspace
from sandbox.slack.refusal import Refused
from sandbox.slack.world import World, whole_number

Args = dict[str, Any]
Answer = dict[str, Any]


def get_upload_url(world: World, args: Args) -> Answer:
    """files.getUploadURLExternal."""
    name, length = args.get("filename"), whole_number(args.get("length"))
    if not isinstance(name, str) or not name or length is None:
        raise Refused("invalid_arguments", "filename and length are required [json-pointer:/]")
    file = world.files.announce(name.replace("/", "_"), length)
    return {"upload_url": f"{world.base}/upload/{file.key}", "file_id": file.id}


def complete_upload(world: World, args: Args) -> Answer:
    """files.completeUploadExternal: with a channel the files are shared there, as one message."""
    wanted = args.get("files")
    if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
        raise Refused("invalid_arguments", "must provide an array [json-pointer:/files]")
    place = args.get("channel_id")
    channel = world.channel(place) if place else None
    for each in wanted:
        world.files.find(each.get("id"))
    files = [world.files.complete(each["id"], each.get("title")) for each in wanted]
    shown = [world.files.json(file, world.base) for file in files]
    if channel is not None:
        world.messages.post(
            channel.id,
            workspace.BOT_USER,
            str(args.get("initial_comment") or ""),
            thread_ts=args.get("thread_ts"),
            files=tuple(shown),
        )
    return {"files": shown}


def files_info(world: World, args: Args) -> Answer:
    """files.info: the mimetype is empty until the file is ready to be shown."""
    return {"file": world.files.json(world.files.find(args.get("file")), world.base)}


METHODS = {
    "files.getUploadURLExternal": get_upload_url,
    "files.completeUploadExternal": complete_upload,
    "files.info": files_info,
}
