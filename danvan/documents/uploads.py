from django.core.files.uploadhandler import FileUploadHandler

from danvan.documents.examining.kinds import LARGEST


class CutOff(FileUploadHandler):
    """Stops keeping a file that is being received once it is too large, so that nobody fills the disk with one request.

    Stands before the handlers that keep it. They get one piece more than is accepted: the form sees a file that is too
    large and says so.
    """

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size):
        return None
