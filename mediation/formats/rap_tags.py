"""Tag numbers of RAP 1.5: facts of the format, of the class APPLICATION; the rest are TAP's."""

from mediation.formats.ber import application

RETURN_BATCH = application(534)
ACKNOWLEDGEMENT = application(535)

RETURN_DETAILS = application(536)
BATCH_CONTROL_INFO = application(537)
AUDIT_CONTROL_INFO = application(541)

RECIPIENT = application(182)
FILE_SEQUENCE_NUMBER = application(181)
SPECIFICATION_VERSION = application(544)
RELEASE_VERSION = application(543)

MISSING_RETURN = application(538)
FATAL_RETURN = application(539)
SEVERE_RETURN = application(540)
STOP_RETURN = application(554)
FIRST_MISSING = application(532)
LAST_MISSING = application(518)
LAST_NUMBER = application(555)

ERROR_DETAILS = application(520)
ERROR_DETAIL = application(521)
ERROR_CODE = application(519)
PATH_ITEM = application(546)
OPERATOR_TEXTS = application(551)

TOTAL_SEVERE_VALUE = application(533)
TOTAL_SEVERE_TAX = application(553)
DETAILS_COUNT = application(528)
