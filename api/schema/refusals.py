"""What the GraphQL door turns away: codes with data, beside those that it shares with REST."""

from api.web.refusals import BadRequest, EdgeError


class DocumentTooLarge(BadRequest):
    """The document has more of something than we read. Facts: what (bytes, tokens, depth …), limit."""

    code = "document_too_large"


class OperationUnknown(BadRequest):
    """The document has no operation of that name, or several and none was named."""

    code = "operation_unknown"


class CostTooHigh(BadRequest):
    """The operation may give more rows than this client may ask for at once. Facts: cost, limit."""

    code = "cost_too_high"


class RequestMalformed(BadRequest):
    """The request is no GraphQL request: not one object, or a field of it with a value of another type.

    Facts: field, or «body» or «query string» for the whole.
    """

    code = "request_malformed"


class QueryMissing(BadRequest):
    """Neither `query` nor `documentId` came."""

    code = "query_missing"


class NotAQuery(BadRequest):
    """Only queries are answered here: commands belong to REST, and there is nothing to subscribe to."""

    code = "not_a_query"


class MutationByGet(EdgeError):
    """The operation is no query, and came by GET."""

    status = 405
    code = "mutation_by_get"


class DocumentUnknown(EdgeError):
    """No trusted document has this id."""

    status = 404
    code = "document_unknown"


class DocumentNotTrusted(EdgeError):
    """This service runs trusted documents only: send `documentId`."""

    status = 403
    code = "document_not_trusted"


class ArgumentRefused(BadRequest):
    """An argument of one field has a value that it can't have; the field is null, with what may not be without it.

    Facts: argument, and why (the code of a fault).
    """

    code = "argument_refused"
