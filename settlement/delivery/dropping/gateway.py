"""A folder of an SFTP server: each file is written beside its place and renamed when it is whole.

A file that lies there under its name with its bytes has arrived, so a try that was cut off is
simply finished, and nothing lies there twice. One with other bytes is somebody else's and is left
alone.
"""

import paramiko

from settlement.delivery.delivery import Answer, State
from settlement.delivery.parcel import Attachment, Parcel
from tenants.secrets import SecretMissing, secret
from tenants.settings import Settings
from tenants.sftp import sftp_folder

UNFINISHED = ".part"
KEY_BEGINS = "-----BEGIN"


class OtherFileThere(Exception):
    """A file of this name with other bytes lies there already."""


class Drop:
    """SFTP servers of parties."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def obstacle(self, tenant: str) -> str:
        """Each party's server has its own settings; none are of the installation."""
        return ""

    def send(self, parcel: Parcel) -> Answer:
        """Put every form into the folder; those that lie there already are left as they are."""
        try:
            held = secret(parcel.tenant, parcel.secret, self._settings)
        except SecretMissing as missing:
            return Answer(State.FAILED, str(missing))
        named = {"key" if held.startswith(KEY_BEGINS) else "password": held}
        try:
            with sftp_folder(parcel.address, parcel.host_key, named) as (client, folder):
                for each in parcel.attachments:
                    _put(client, folder, each)
        except OtherFileThere as taken:
            return Answer(State.FAILED, f"{taken}: another file has this name", is_final=True)
        except (OSError, EOFError, paramiko.SSHException) as fault:
            return Answer(State.FAILED, f"{type(fault).__name__}: {fault}".strip(": "))
        names = ", ".join(each.name for each in parcel.attachments)
        return Answer(State.SENT, names, reference=parcel.address)

    def found(self, parcel: Parcel) -> Answer | None:
        """What is there is left, what is missing is put there."""
        return self.send(parcel)

    def asked(self, tenant: str, reference: str) -> Answer | None:
        """A folder does not say who has read it."""
        return None


def _put(client: paramiko.SFTPClient, folder: str, file: Attachment) -> None:
    place = f"{folder}/{file.name}"
    if file.name in client.listdir(folder):
        with client.open(place, "rb") as there:
            if there.read(len(file.content) + 1) != file.content:
                raise OtherFileThere(file.name)
        return
    unfinished = f"{folder}/.{file.name}{UNFINISHED}"
    with client.open(unfinished, "wb") as written:
        written.write(file.content)
    client.rename(unfinished, place)
