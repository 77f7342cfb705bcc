package culqi

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// words are what an error row says besides its status and merchant_message.
type words struct {
	kind  string // type
	code  string // "" for none
	user  string // "" for none
	param string
}

var wordsOf = map[*catalog.Error]words{}

// row is an error of v2: type and code in English, texts in Spanish. A %s in
// the text takes what the call was about.
func row(name string, status int, w words, text, when string, e catalog.Evidence) *catalog.Error {
	code := cmp.Or(w.code, w.kind, betaType(status)) // for people; the wire has what w says
	out := &catalog.Error{Name: name, Code: code, Status: status, Message: text, When: when, Evidence: e}
	wordsOf[out] = w
	return out
}

const (
	tryLater = "Hubo algunos problemas al intentar validar tu compra. Contáctanos para ayudarte."
	badName  = "%s intentas consultar: '%s' o tiene un formato inválido."
)

// statusOnly is for rows whose text no source has.
var statusOnly = documented("status and type: " + openAPI.Source + "; the text is ours")

// v2 and the current dialect.
var (
	errNotJSON = row("invalid_request", 400, words{kind: "invalid_request_error"},
		"Petición invalida, verifica que el Content-Type sea application/json (formato JSON) y el cuerpo un JSON válido.", "the body is not a JSON object; the connection is closed", openAPI)
	errNoKey = row("missing_key", 401, words{kind: "authentication_error"},
		"No se ha enviado una llave de autenticación.", "no usable Authorization header", assumed("text of ours"))
	errBadKey = row("invalid_key", 401, words{kind: "authentication_error", code: "invalid_key"},
		"Código de comercio proporcionado inválido: %s. Revisa tus llaves correctas en tu panel Culqi (http://culqi.com).", "the key is nobody's", openAPI)
	errWrongKey = row("wrong_key", 401, words{kind: "authentication_error"},
		"Has utilizado la llave equivocada para realizar la operación. Dirígete al Panel de Integracion para usar las llaves correctas.", "public key instead of secret, or the other way round", observed("softbutterfly/culqi-api-python docs"))
	errNoPCI = row("tokenization_not_enabled", 401, words{kind: "authentication_error"},
		"Tu código de comercio no está habilitado para realizar este tipo de peticiones. Contáctate con soporte@culqi.com para obtener mas información.", "a server makes a token while pci_tokenization is off", observed("culqi/culqi-php issue 34"))
	errDisabled = row("merchant_disabled", 401, words{kind: "authentication_error"},
		"Tu comercio se encuentra deshabilitado.", "the setting merchant_disabled", assumed("the beta documents the case, the text is ours"))
	errMisconfigured = row("merchant_misconfigured", 401, words{kind: "operacion_denegada", code: "DNGA0019", user: "La compra no ha podido ser procesada. Intente más tarde o contáctese con el comercio."},
		"Comercio mal configurado, contactar a CULQI.", "only when a scenario says so", observed("culqi/culqi-php issue 48"))
	errParameter = row("invalid_parameter", 400, words{kind: "parameter_error", user: tryLater},
		"El campo '%s' es inválido o está vacío.", "a member is missing, of the wrong type or out of range", observed("culqi/culqi-woocommerce issue 46 for the form of the text"))
	errCurrency = row("invalid_currency", 400, words{kind: "parameter_error", user: tryLater, param: "currency_code"},
		"El campo 'currency_code' es inválido o está vacío, el código de la moneda en tres letras (Formato ISO 4217). Culqi actualmente soporta las siguientes monedas: 'USD', PEN'.", "the currency is neither PEN nor USD", observed("culqi/culqi-woocommerce issue 46"))
	errAmount = row("invalid_amount", 400, words{kind: "parameter_error", code: "invalid_amount", param: "amount"},
		"El campo 'amount' es inválido.  El valor debe ser mayor o igual que '%s' (%s) .", "the amount is too small", openAPI)
	errUnknownToken = row("unknown_token", 400, words{kind: "parameter_error"},
		"No existe el siguiente token_id: '%s'", "no token or card has that id", observed("culqi/culqi-java issues 16 and 26 for the text"))
	errSpentToken = row("expired_token", 400, words{kind: "parameter_error", user: "La operación fue rechazada debido a que superó el tiempo de inactividad (más de 5 min)."},
		"No puedes utilizar un token que ya expiró: %s. Los tokens expiran tras 5 minutos de creados y sólo se pueden usar una vez.", "the token is older than five minutes or was used", observed("an answer of the test API quoted in public code"))
	errNotFound = row("not_found", 404, words{kind: "resource_error"},
		"No existe "+badName, "no object has that id", openAPI)
	errUnknownEvent = row("unknown_event", 400, words{kind: "parameter_error"},
		"No existe el evento que intentas consultar: '%s' o tiene un formato inválido.", "no event has that id", observed("softbutterfly/culqi-api-python docs"))
	errState = row("wrong_state", 404, words{kind: "resource_error"},
		"El recurso tiene un estado diferente al permitido.", "the object's state does not allow it", statusOnly)
	errOrderState = row("order_not_confirmable", 400, words{kind: "invalid_request_error"},
		"La orden no puede ser confirmada en su estado actual.", "an order that is not created is confirmed", statusOnly)
	errOrderNumber = row("duplicate_order_number", 400, words{kind: "parameter_error", param: "order_number"},
		"El campo 'order_number' ya fue utilizado en otra orden.", "the order_number was used before", assumed("the rule is documented, the text is ours"))
	errEmailTaken = row("email_taken", 400, words{kind: "invalid_request_error"},
		"Un cliente esta registrado actualmente con este email.", "a customer has that e-mail already", observed("the text that integrators compare with, and measurements of September 2026"))
	errRetiredPlans = row("legacy_plans_retired", 400, words{kind: "invalid_request_error"},
		"Este servicio ya no se encuentra disponible.", "POST /v2/plans while retired_legacy is on", observed("status measured in September 2026; the text is ours"))
	errRetiredSubscriptions = row("legacy_subscriptions_retired", 401, words{kind: "authentication_error"},
		"Este servicio ya no se encuentra disponible.", "POST /v2/subscriptions while retired_legacy is on", observed("status measured in September 2026; the text is ours"))
	errEncryption = row("encryption_error", 400, words{kind: "invalid_request_error"},
		"No se pudo descifrar la petición. Verifica el RSA ID y la llave pública RSA.", "an encrypted body without its x-culqi-rsa-id or made for another key", assumed("the mode is in Culqi's SDKs, the answer is ours"))
	errPath = row("unknown_path", 404, words{kind: "resource_error"},
		"El recurso solicitado no existe.", "the path is unknown", statusOnly)
	errMethod = row("method_not_allowed", 405, words{kind: "invalid_request_error"},
		"El método solicitado no está permitido para este recurso.", "the path does not know the method", assumed("text and status of ours"))
	errLimit = row("too_many_requests", 429, words{kind: "limit_api_error"},
		"Has superado el límite de peticiones permitidas.", "only when a scenario says so", statusOnly)
	errInternal = row("api_error", 500, words{kind: "api_error"},
		"Ups! Algo salió mal en Culqi. Contáctate con culqi.com/soporte para que te demos una solución.", "a defect of the simulator, or a scenario", observed("culqi/culqi-php issue 50 for the beginning of the text"))
	errUnavailable = row("service_unavailable", 503, words{kind: "api_error"},
		"Ups! Algo salió mal en Culqi. Contáctate con culqi.com/soporte para que te demos una solución.", "only when a scenario says so", openAPI)
	errGateway = row("gateway_timeout", 504, words{kind: "gateway"},
		"Endpoint request timed out", "transfers, or a scenario; the body is {\"message\"} alone", cassettes)
	errTokenGateway = row("token_gateway_timeout", 504, words{kind: "gateway"},
		"Intenta de nuevo.", "only when a scenario says so: what the tokens' host answers when it takes too long", cassettes)
	errTokenCrash = row("token_unhandled", 500, words{kind: "unhandled"},
		"query did not return a unique result: 2; nested exception is javax.persistence.NonUniqueResultException: query did not return a unique result: 2", "only when a scenario says so: an answer that is no Culqi error at all", cassettes)
)

// How far the beta's document goes: it lists codes, and says which type has
// which status, but not which code has which type.
var (
	inV2     = assumed("the code is in the API reference v2.0-beta; that v2 has it, with this status, is ours")
	betaCode = assumed("the code is in the API reference v2.0-beta, the status is ours")
)

// What only the beta's document names. Refunds have no endpoint there, and v2
// has no known texts for them, so v2 answers with these codes.
var (
	errRefundCharge    = row("devolucion_inexistente", 404, words{kind: "resource_error", code: "devolucion_inexistente", param: "charge_id"}, "El cargo que intentas devolver no existe.", "a refund names no charge", inV2)
	errRefundDone      = row("devolucion_hecha", 400, words{kind: "parameter_error", code: "devolucion_hecha", param: "charge_id"}, "El cargo ya fue devuelto previamente.", "the whole charge was refunded", inV2)
	errRefundDeclined  = row("devolucion_cargo", 400, words{kind: "parameter_error", code: "devolucion_cargo", param: "charge_id"}, "El cargo no puede ser devuelto.", "the charge was declined or has lapsed", inV2)
	errRefundTooMuch   = row("devolucion_monto_mayor", 400, words{kind: "parameter_error", code: "devolucion_monto_mayor", param: "amount"}, "El monto a devolver no puede ser mayor al monto del cargo.", "the amount exceeds what is left", inV2)
	errRefundAmount    = row("devolucion_monto_invalido", 400, words{kind: "parameter_error", code: "devolucion_monto_invalido", param: "amount"}, "El monto a devolver es inválido.", "the amount is not a positive number", inV2)
	errRefundTime      = row("devolucion_tiempo", 400, words{kind: "parameter_error", code: "devolucion_tiempo", param: "charge_id"}, "Se superó el tiempo límite para devolver el cargo.", "the charge is older than 360 days", inV2)
	errRefundDispute   = row("devolucion_imposible", 400, words{kind: "parameter_error", code: "devolucion_imposible", param: "charge_id"}, "No es posible devolver esta operación. Contáctate con soporte@culqi.com.", "the charge is disputed", inV2)
	errRefundRejected  = row("devolucion_rechazada", 402, words{kind: "card_error", code: "devolucion_rechazada"}, "La devolución fue rechazada por el procesador de pagos.", "the outcome refund_rejected", inV2)
	errSubscription    = row("suscripcion_invalida", 404, words{kind: "resource_error", code: "suscripcion_invalida"}, "La suscripción no existe o tiene un estado diferente al permitido.", "the subscription is unknown or cancelled", inV2)
	errBetaNoKey       = row("auth_error_header", 401, words{code: "auth_error_header"}, "No se encuentra la cabecera de autenticación. Usa tu Código de Comercio o API Key.", "beta: no Authorization header", beta)
	errBetaSecret      = row("auth_api_key", 401, words{code: "auth_api_key"}, "El API Key utilizado es inválido.", "beta: the secret key is wrong", beta)
	errBetaPublic      = row("auth_cod_comercio", 401, words{code: "auth_cod_comercio"}, "El Código de Comercio utilizado es inválido.", "beta: the public key is wrong", beta)
	errBetaDisabled    = row("auth_deshabilitado", 401, words{code: "auth_deshabilitado"}, "La autenticación falló. Tu comercio está deshabilitado.", "beta: the setting merchant_disabled", beta)
	errBetaToken       = row("token_invalido", 422, words{code: "token_invalido"}, "El token es inválido o ya expiró.", "beta: unknown, used or expired token", betaCode)
	errBetaCorrupt     = row("token_corrupto", 422, words{code: "token_corrupto"}, "El token tiene datos corruptos, algún parámetro es inválido. Intenta crear uno nuevo.", "beta: a member of a token is invalid", beta)
	errBetaYear        = row("a_invalido", 422, words{code: "a_invalido"}, "El año de vencimiento de la tarjeta es inválido.", "beta: expiration_year", beta)
	errBetaMonth       = row("m_invalido", 422, words{code: "m_invalido"}, "El mes de vencimiento de la tarjeta es inválido.", "beta: expiration_month", beta)
	errBetaCVV         = row("cvv_invalido", 422, words{code: "cvv_invalido"}, "El código de seguridad (CVV) de la tarjeta es inválido.", "beta: cvv", beta)
	errBetaPlanExists  = row("plan_hecho", 422, words{code: "plan_hecho"}, "Este plan ya ha sido creado anteriormente.", "beta: the alias was used before", betaCode)
	errBetaPlanUnknown = row("plan_invalido", 404, words{code: "plan_invalido"}, "El plan no existe. Intenta crear uno nuevo.", "beta: no plan has that alias", beta)
	errBetaParameter   = row("parametro_invalido", 422, words{}, "El parámetro '%s' es inválido.", "beta: a member is missing or invalid", beta)
	errBetaOrder       = row("orden_repetida", 422, words{}, "El order_id ya fue utilizado.", "beta: the order_id was used before", beta)
	errBetaSyntax      = row("peticion_invalida", 400, words{}, "La petición tiene una sintaxis inválida.", "beta: the body is not a JSON object", beta)
	errBetaPath        = row("recurso_inexistente", 404, words{}, "El recurso no existe.", "beta: unknown path", beta)
	errBetaMethod      = row("metodo_invalido", 405, words{}, "El recurso no admite ese método.", "beta: the path does not know the method", assumed("status of ours"))
	errBetaLimit       = row("api_limite", 429, words{}, "Estás haciendo muchas peticiones rápidamente al API.", "beta: only when a scenario says so", beta)
	errBetaInternal    = row("api", 500, words{}, "Ocurrió un problema con los servidores de Culqi.", "beta: a defect of the simulator, or a scenario", beta)
)

var errorRows = append(catalog.Errors{
	errNotJSON, errNoKey, errBadKey, errWrongKey, errNoPCI, errDisabled, errMisconfigured, errParameter, errCurrency, errAmount, errUnknownToken, errSpentToken,
	errNotFound, errUnknownEvent, errState, errOrderState, errOrderNumber, errEmailTaken, errRetiredPlans, errRetiredSubscriptions, errEncryption, errPath,
	errMethod, errLimit, errInternal, errUnavailable, errGateway, errTokenGateway, errTokenCrash,
	errRefundCharge, errRefundDone, errRefundDeclined, errRefundTooMuch, errRefundAmount, errRefundTime, errRefundDispute, errRefundRejected, errSubscription,
	errBetaNoKey, errBetaSecret, errBetaPublic, errBetaDisabled, errBetaToken, errBetaCorrupt, errBetaYear, errBetaMonth, errBetaCVV, errBetaPlanExists,
	errBetaPlanUnknown, errBetaParameter, errBetaOrder, errBetaSyntax, errBetaPath, errBetaMethod, errBetaLimit, errBetaInternal,
}, declineRows()...)

// declineRows are what declined cards are answered with. Such an answer is no
// refusal: the charge is kept. A scenario may provoke the rows without one.
func declineRows() catalog.Errors {
	out := catalog.Errors{
		row("card_declined", 402, words{kind: "card_error", code: "card_declined", user: tryAnother}, declines[0].merchant, "a charge is declined", cassettes),
		row("card_declined_saving", 400, words{kind: "card_error", code: "card_declined", user: tryAnother}, declines[0].merchant, "a card is declined when it is to be saved", cassettes),
		row("operacion_denegada", 402, words{code: "operacion_denegada"}, "La operación ha sido denegada por el banco emisor de la tarjeta.", "beta: a charge is declined for any other reason", beta),
	}
	for _, d := range declines {
		if d.beta != "" {
			out = append(out, row(d.beta, 402, words{code: d.beta, user: d.user}, d.merchant, "beta: the outcome "+d.outcome, beta))
		}
		if d.kind != "" {
			w := words{kind: d.kind, code: d.code, user: d.user}
			out = append(out, row(d.outcome, 402, w, d.merchant, "a charge ends with the outcome "+d.outcome, d.Evidence), row(d.outcome+"_saving", 400, w, d.merchant, "a card is to be saved and ends so", d.Evidence))
		}
	}
	return out
}

// refused is a row with what the call was about: a member, an id.
type refused struct {
	row   *catalog.Error
	param string
	args  []any
}

func (r *refused) Error() string { return strings.TrimSpace(r.row.Error() + " " + r.param) }

func (r *refused) Unwrap() error { return r.row }

// wrong is a member that is missing or makes no sense.
func wrong(param string) error { return &refused{row: errParameter, param: param, args: []any{param}} }

// missing is an object that nobody knows. what is its Spanish name with its article.
func missing(row *catalog.Error, what, id string) error {
	return &refused{row: row, args: []any{what + " que", id}}
}

// refusal is where a Go error becomes a row, in the dialect of the path. What
// the handlers say is in their dialect already.
func refusal(c *provider.Call, err error) *catalog.Error {
	var row *catalog.Error
	if errors.As(err, &row) {
		return row
	}
	var illegal *machine.IllegalError
	var method *provider.MethodError
	switch {
	case errors.As(err, &illegal):
		row = errState
	case errors.As(err, &method):
		row = errMethod
	case errors.Is(err, provider.ErrUnknownPath):
		row = errPath
	case errors.Is(err, provider.ErrUnauthenticated):
		row = errBadKey
	case errors.Is(err, provider.ErrBodyTooLarge), errors.Is(err, provider.ErrBodyUnreadable):
		row = errNotJSON
	default:
		row = errInternal
	}
	if inBeta(c) {
		return betaRow(c, row, "")
	}
	return row
}

// envelope words a refusal: pages for people, the beta's members under
// /api/v2, v2's everywhere else.
func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	about := asRefused(err, row)
	if row == errBadKey && about.args == nil { // the engine's word, or a scenario's, for a key that is nobody's
		_, key := credential(c)
		about = &refused{row: row, args: []any{shortened(key)}}
	}
	if c.Operation != nil && c.Operation.Page {
		p := page.Problem{Lang: "es", ProviderTitle: "Culqi", Accent: page.Teal, Message: fill(row.Message, about)}
		return provider.Reply{Status: row.Status, Header: page.Header(), Body: p.HTML()}
	}
	out := body(c, row, about)
	var method *provider.MethodError
	if errors.As(err, &method) {
		out.Header.Set("Allow", strings.Join(method.Allow, ", "))
	}
	out.Close = row == errNotJSON || row == errBetaSyntax
	return out
}

// asRefused is what an error was about, if it says so.
func asRefused(err error, row *catalog.Error) *refused {
	var r *refused
	if errors.As(err, &r) {
		return r
	}
	return &refused{row: row}
}

func body(c *provider.Call, row *catalog.Error, r *refused) provider.Reply {
	w := wordsOf[row]
	if w.param != "" {
		r = &refused{row: r.row, param: w.param, args: r.args}
	}
	kind := cmp.Or(w.kind, betaType(row.Status))
	switch row {
	case errGateway:
		return bare(row.Status, struct {
			Message string `json:"message"`
		}{row.Message})
	case errTokenGateway:
		return bare(row.Status, wireError{Object: "error", Merchant: row.Message, User: &row.Message})
	case errTokenCrash:
		return reply(row.Status, wireCrash{c.Now.Format("2006-01-02T15:04:05.000-0700"), row.Status, http.StatusText(row.Status), row.Message, "/v2/tokens"})
	}
	if inBeta(c) {
		return reply(row.Status, wireBetaError{Object: "error", Type: kind, Code: w.code, Message: fill(row.Message, r), User: cmp.Or(w.user, betaUser)})
	}
	return reply(row.Status, wireError{Object: "error", Type: kind, Code: w.code, Merchant: fill(row.Message, r), User: textOrNull(w.user), Param: r.param})
}

// wireCrash is what leaks out when nobody catches an exception.
type wireCrash struct {
	Timestamp string `json:"timestamp"`
	Status    int    `json:"status"`
	Error     string `json:"error"`
	Message   string `json:"message"`
	Path      string `json:"path"`
}

// bare is an answer of the gateway in front, which names no charset.
func bare(status int, v any) provider.Reply {
	out := reply(status, v)
	out.Header.Set("Content-Type", "application/json")
	return out
}

// fill puts what the call was about into a text. A scenario provokes a row
// without such a thing; then nothing is put in.
func fill(text string, r *refused) string {
	args := r.args
	for len(args) < strings.Count(text, "%s") {
		args = append(args, "")
	}
	if n := strings.Count(text, "%s"); n > 0 {
		return fmt.Sprintf(text, args[:n]...)
	}
	return text
}

// finish adds the headers of every answer. The tokens' host is another machine
// and has its own: none of Culqi's, and a content encoding that does not exist.
func finish(c *provider.Call, r *provider.Reply) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	if c.Request.Header.Get("Origin") != "" {
		r.Header.Set("Access-Control-Allow-Origin", "*")
	}
	switch {
	case c.Operation != nil && (c.Operation.Page || c.Operation.ID == "script.view"):
	case r.Header.Get("Content-Type") == "application/json": // the gateway's own
	case !inBeta(c) && c.Operation != nil && strings.HasPrefix(c.Operation.ID, "token.create"):
		r.Header.Set("Content-Encoding", "UTF-8")
	default:
		r.Header.Set("X-Culqi-Environment", "test")
		r.Header.Set("X-Culqi-Tracking-Id", fmt.Sprint(c.Stream("tracking").Tick(firstTracking)))
		r.Header.Set("X-Culqi-Version", "2.0.0")
	}
}

const firstTracking = 10_000_000
