package appotapay

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"paysim/internal/catalog"
	"paysim/internal/machine"
	"paysim/internal/page"
	"paysim/internal/provider"
)

// vietnamese is the wording in the API's first language, by the row's name. A
// row's Message is the English one.
var vietnamese = map[string]string{}

func row(name, code string, status int, vi, en, when string, e catalog.Evidence) *catalog.Error {
	vietnamese[name] = vi
	return &catalog.Error{Name: name, Code: code, Status: status, Message: en, When: when, Evidence: e}
}

// The card API publishes its codes with a meaning each, and no HTTP status. Only
// the texts of 0 and 1 are attested as sent; the others are worded here.
var (
	listed    = catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/cc-merchant-host/error-code (the code; status and wording are ours)"}
	sent      = catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/cc-merchant-host/error-code-api (code and wording)"}
	orderE    = catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/payment and payment/refund (the code; status and wording are ours)"}
	sentOrder = catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/payment/refund (code and wording)"}
	common    = catalog.Evidence{Basis: catalog.Documented, Source: "docs.appotapay.com/en/errors (code and kind of status; the wording is ours)"}
	guess     = assumed("which code answers this is not published")
)

func card400(name, code, vi, en, when string) *catalog.Error {
	return row(name, code, http.StatusBadRequest, vi, en, when, listed)
}

func card403(name, code, vi, en, when string) *catalog.Error {
	return row(name, code, http.StatusForbidden, vi, en, when, listed)
}

// decline is a row that a charge is DECLINED with, in an answer of 200; asked for
// as a refusal it is answered 400 and nothing is booked.
func decline(name, code, vi, en, outcome string) *catalog.Error {
	return row(name, code, http.StatusBadRequest, vi, en, "the outcome "+outcome+"; the charge is DECLINED and the answer is 200", listed)
}

// What is wrong with the request or its sender.
var (
	errSuccess        = row("success", "0", http.StatusOK, "Thành công", "Success", "nothing is wrong; the head of the list of codes, a paid order's errorCode", sent)
	errInvalid        = row("invalid_params", "1", http.StatusBadRequest, "Thông tin yêu cầu thiếu hoặc không hợp lệ", "Missing or Invalid Params", "a field is missing or outside its limits", sent)
	errSignature      = card400("invalid_signature", "2", "Chữ ký không đúng", "Invalid signature", "the signature in a page's URL is not right")
	errPartnerUnknown = row("partner_not_found", "3", http.StatusUnauthorized, "Không tìm thấy đối tác", "Partner not found", "the token's iss is no partner", listed)
	errInvalidRequest = card400("invalid_request", "98", "Yêu cầu không đúng định dạng", "Malformed request", "the body is not a JSON object")
	errPath           = row("unknown_path", "98", http.StatusNotFound, "Không có API này", "No such API", "the path is unknown", guess)
	errMethod         = row("method_not_allowed", "98", http.StatusMethodNotAllowed, "Phương thức không được hỗ trợ", "Method not allowed", "the path does not know the method", guess)
	errNotGranted     = row("not_granted", "89", http.StatusUnauthorized, "Thông tin xác thực không đúng hoặc chưa được cấp quyền", "Authentication invalid or not granted", "the token's api_key is not the partner's", listed)
	errUnauthorized   = row("unauthorized", "401", http.StatusUnauthorized, "Yêu cầu chưa được xác thực", "Authentication required", "the JWT is missing, malformed, not HS256, wrongly signed or run out", listed)
	errSystem         = row("system_error", "500", http.StatusInternalServerError, "Hệ thống gặp lỗi", "System error", "the outcome system_error", listed)
	errDefect         = row("internal_error", "500", http.StatusInternalServerError, "Hệ thống gặp lỗi", "System error", "a defect of the simulator", listed)

	errIPNotConfigured = card403("ip_not_configured", "104", "IP chưa được khai báo", "IP not configured", "the setting allowed_ips lists others")
	errAccountOff      = card403("account_inactive", "105", "Tài khoản đối tác chưa hoạt động", "Partner account inactive", "the outcome account_inactive")
	errChannelOff      = card403("channel_inactive", "106", "Kênh thanh toán chưa hoạt động", "Payment channel inactive", "the outcome channel_inactive")
	errChannelBad      = card403("channel_invalid", "107", "Kênh thanh toán không đúng", "Payment channel invalid", "the outcome channel_invalid")
	errMethodOff       = card403("method_not_configured", "108", "Chưa cấu hình phương thức thanh toán", "Payment method not configured", "the outcome method_not_configured")
	errSubAccount      = card403("sub_account_invalid", "119", "X-Account-Ref-ID không đúng", "Invalid X-Account-Ref-ID", "X-Account-Ref-ID is no UUID, or none of the setting sub_accounts")
	errNoMID           = card400("mid_not_found", "95", "Không có MID này", "MID not found", "the outcome mid_not_found")
)

// Charges, reversals and refunds of cards.
var (
	errChargeExists    = card400("charge_exists", "4", "Mã giao dịch đã được dùng", "Transaction already exists", "the merchantRefId of an earlier charge")
	errDuplicate       = card400("duplicate_request", "6", "Yêu cầu trùng", "Duplicate request", "the merchantRefId of an earlier reversal or refund")
	errCannotCreate    = card400("cannot_create", "7", "Nhà cung cấp không tạo được giao dịch", "Provider could not create the transaction", "the outcome cannot_create")
	errRefunded        = card400("already_refunded", "10", "Giao dịch đã hoàn hết tiền", "Transaction already refunded", "all of the charge was refunded before")
	errNotRefundable   = card400("not_refundable", "11", "Giao dịch không hoàn tiền được", "Transaction cannot be refunded", "a refund of a charge that is not CAPTURED")
	errRefundTooLarge  = card400("refund_exceeds_total", "12", "Số tiền hoàn vượt tổng tiền giao dịch", "Refund exceeds the transaction total", "refunds add up to more than was captured")
	errChargeNotFound  = row("charge_not_found", "14", http.StatusNotFound, "Không tìm thấy giao dịch", "Transaction not found", "the id in the path is no charge's; a page's link leads nowhere", listed)
	errChargeUnknown   = card400("charge_unknown", "14", "Không tìm thấy giao dịch", "Transaction not found", "the id in the body is no charge's")
	errRefundFailed    = card400("refund_failed", "25", "Hoàn tiền không thành công", "Refund failed", "the outcome refund_failed; the refund's status is error and the answer is 200")
	errPending         = card400("transaction_pending", "35", "Giao dịch chờ xử lý", "Transaction pending", "an order that waits; the answer is 200")
	errRefundMinimum   = card400("refund_below_minimum", "45", "Số tiền hoàn dưới mức tối thiểu", "Refund below the minimum", "a refund of less than 1000")
	errRefundMaximum   = card400("refund_above_maximum", "46", "Số tiền hoàn trên mức tối đa", "Refund above the maximum", "the outcome refund_above_maximum")
	errGateway         = row("gateway_error", "73", http.StatusInternalServerError, "Cổng thanh toán gặp lỗi, hãy thử lại", "Payment gateway error, try again", "the outcome gateway_error; nothing is booked", listed)
	errAmount          = card400("invalid_amount", "77", "Số tiền không đúng", "Invalid amount", "an amount that is not a whole number above zero")
	errNoPartialRefund = card400("partial_refund_unsupported", "78", "Không hoàn một phần được", "Partial refund not supported", "the outcome partial_refund_unsupported")
	errNoRefunds       = card400("refund_unsupported", "79", "Nhà cung cấp không hoàn tiền", "Provider does not refund", "the outcome refund_unsupported")
	errRefundTooLate   = card400("refund_period_over", "83", "Đã quá hạn hoàn tiền", "Refund period is over", "a refund more than 6 months after the capture")
	errMinimum         = card400("below_minimum", "96", "Số tiền dưới mức cho phép", "Amount below the minimum", "an amount below the setting minimum_amount, a capture of less than 1000")
	errMaximum         = card400("above_maximum", "97", "Số tiền trên mức cho phép", "Amount above the maximum", "an amount above the setting maximum_amount")
	errProcessed       = card400("already_processed", "99", "Giao dịch đã xử lý xong", "Transaction already processed", "the outcome already_processed")
	errRefundNotFound  = row("refund_not_found", "111", http.StatusNotFound, "Không tìm thấy giao dịch hoàn tiền", "Refund not found", "the id in the path is no refund's", listed)
	errReverseNotFound = row("reversal_not_found", "112", http.StatusNotFound, "Không tìm thấy giao dịch reversal", "Reversal not found", "the id in the path is no reversal's", listed)
	errReversalFailed  = card400("reversal_failed", "113", "Reversal không thành công", "Reversal failed", "the outcome reversal_failed; the reversal's status is error and the answer is 200")
	errReverseTooLate  = card400("reversal_period_over", "114", "Đã quá hạn reversal", "Reversal period is over", "a reversal 7 days after the authorization or later")
	errReversed        = card400("already_reversed", "115", "Giao dịch đã reversal rồi", "Already reversed", "a second reversal")
	errNotReversible   = card400("not_reversible", "116", "Giao dịch không reversal được", "Cannot be reversed", "a reversal of a charge that holds no money")
	errCaptureState    = card400("capture_invalid_state", "117", "Trạng thái không cho phép capture", "Authorization state does not allow capture", "a capture of a charge that holds no money")
	errCaptureAmount   = card400("capture_invalid_amount", "118", "Số tiền capture không đúng", "Amount does not allow capture", "a capture of more than was authorized")
)

// Tokens and 3DS.
var (
	errNoToken       = card400("cannot_create_token", "40", "Không tạo được token", "Token could not be created", "the outcome cannot_create_token")
	errTokenInvalid  = card400("token_invalid", "41", "Token không đúng", "Invalid token", "a tokenId that is no ULID")
	errTokenUndelete = card400("token_deletion_failed", "42", "Không xoá được token", "Token could not be deleted", "the outcome token_deletion_failed")
	errTokenUnknown  = card400("token_not_found", "43", "Không tìm thấy token", "Token not found", "a tokenId that was never given out")
	errTokenRefused  = card400("token_refused", "44", "Giao dịch lỗi do token", "Transaction failed because of its token", "a charge or an enrollment with a deleted token")
	errTokenExists   = card400("token_exists", "84", "Yêu cầu tạo token đã có", "Token request already exists", "the merchantRefId of an earlier token")
	errTokenExpired  = card400("token_expired", "85", "Token đã hết hạn", "Token expired", "the token's card has expired since")
	errTokenForeign  = card400("token_of_another_merchant", "86", "Token không thuộc merchant này", "Token belongs to another merchant", "the token was made for another X-Account-Ref-ID")
	err3DSFailed     = card400("3ds_failed", "90", "Chủ thẻ không qua được 3DS", "Cardholder failed 3DS", "a charge with an authentication that FAILED")
	err3DSError      = card400("3ds_error", "91", "3DS gặp lỗi, hãy tạo yêu cầu mới", "3DS error, make a new request", "a charge with an authentication whose enrollment check failed")
	errTokenUsed     = card400("token_used", "92", "Token đã dùng rồi", "Token already used", "a second charge with a SINGLE token")
	errAuthUsed      = card400("authentication_used", "93", "Authentication id đã dùng rồi", "Authentication id already used", "a second charge with one authenticationId")
	errAuthUnknown   = card400("authentication_invalid", "94", "Authentication id không đúng", "Authentication id missing or invalid", "an authenticationId that was never given out, or for another card")
	errEnrollExists  = card400("enrollment_exists", "100", "Yêu cầu enrollment đã có", "Enrollment request already exists", "the merchantRefId of an earlier enrollment")
	errEnrollFirst   = card400("enrollment_required", "102", "Cần enrollment trước", "Enroll the card first", "a charge without authenticationId under the setting require_3ds")
	errVerifyFirst   = card400("authentication_unfinished", "103", "Cần xác thực chủ thẻ trước", "Authenticate the cardholder first", "a charge with an authentication that still waits")
	errTokenGone     = card400("token_already_deleted", "109", "Token đã xoá rồi", "Token already deleted", "a token is deleted twice")
	errAuthAmount    = card400("amount_above_authenticated", "110", "Số tiền lớn hơn số đã xác thực", "Amount above the authenticated one", "a charge of more than was enrolled")
)

// What a charge is declined with.
var (
	errCancelled       = card400("user_cancelled", "5", "Người dùng đã huỷ", "Cancelled by the user", "the payer cancels an order; the answer is 200")
	errFailed          = decline("transaction_failed", "9", "Giao dịch không thành công", "Transaction failed", "transaction_failed")
	errCountry         = decline("country_unsupported", "13", "Không hỗ trợ quốc gia phát hành thẻ", "Issuing country not supported", "country_unsupported")
	errOrderTooLate    = card400("payment_time_over", "15", "Giao dịch quá hạn thanh toán", "Payment time is over", "nobody pays an order in time; the answer is 200")
	errBlockList       = decline("card_blocked", "16", "Thẻ bị cấm thanh toán", "Card is on the block list", "card_blocked")
	errPayerIP         = decline("payer_ip_refused", "17", "IP không được phép thanh toán", "IP not allowed to pay", "payer_ip_refused")
	errCards15m        = decline("too_many_cards_15m", "18", "Quá nhiều thẻ từ một IP trong 15 phút", "Too many cards from one IP in 15 minutes", "too_many_cards_15m")
	errCards30m        = decline("too_many_cards_30m", "19", "Quá nhiều thẻ từ một IP trong 30 phút", "Too many cards from one IP in 30 minutes", "too_many_cards_30m")
	errCards24h        = decline("too_many_cards_24h", "20", "Quá nhiều thẻ từ một IP trong 24 giờ", "Too many cards from one IP in 24 hours", "too_many_cards_24h")
	errBINDaily        = decline("bin_daily_limit", "21", "Vượt hạn mức ngày của đầu thẻ", "Daily limit of the BIN exceeded", "bin_daily_limit")
	errBINAmount       = decline("bin_amount_limit", "22", "Vượt hạn mức giao dịch của đầu thẻ", "Amount limit of the BIN exceeded", "bin_amount_limit")
	errIPCountry       = decline("ip_country_mismatch", "23", "IP khác quốc gia phát hành thẻ", "IP country differs from the issuing country", "ip_country_mismatch")
	errProviderDecline = decline("provider_declined", "60", "Nhà cung cấp từ chối thẻ", "Declined by the provider", "provider_declined")
	errCardInvalid     = decline("card_invalid", "61", "Thẻ không đúng", "Invalid card", "invalid_card; a number whose check digit is wrong is refused with 400")
	errBIN             = decline("bin_unsupported", "62", "Không hỗ trợ đầu thẻ này", "BIN not supported", "unsupported_bin; a number of no supported brand is refused with 400")
	errCardExpired     = decline("card_expired", "63", "Thẻ đã hết hạn", "Card expired", "expired_card, or the date has passed; a token or an enrollment is refused with 400")
	errFunds           = decline("insufficient_balance", "64", "Số dư không đủ", "Insufficient balance", "insufficient_funds")
	errStolen          = decline("stolen_or_lost_card", "65", "Thẻ bị mất hoặc bị đánh cắp", "Stolen or lost card", "stolen_card or lost_card")
	errIssuerDown      = decline("issuer_unavailable", "66", "Không liên lạc được ngân hàng phát hành", "Issuer unavailable", "issuer_unavailable")
	errCardInactive    = decline("card_inactive", "67", "Thẻ không hoạt động hoặc không thanh toán trực tuyến được", "Card inactive or not for card-not-present payments", "card_inactive")
	errProcessing      = decline("processing_failure", "68", "Lỗi giữa nhà cung cấp và ngân hàng phát hành", "Processing failed between provider and issuer", "processing_error")
	errCreditLimit     = decline("credit_limit_reached", "69", "Thẻ đã hết hạn mức", "Credit limit reached", "limit_exceeded")
	errCVN             = decline("cvn_invalid", "70", "Mã CVN không đúng", "Invalid card verification number", "invalid_cvv")
	errFrozen          = decline("account_frozen", "71", "Tài khoản đang bị khoá", "Account frozen", "account_frozen")
	errDeclined        = decline("payment_declined", "72", "Thanh toán không được chấp nhận", "Payment declined", "payment_declined")
	errPinless         = decline("pinless_limit", "74", "Vượt giới hạn thẻ ghi nợ Pinless", "Pinless debit limit exceeded", "pinless_limit")
	errProviderRefused = decline("provider_refused", "75", "Nhà cung cấp không nhận thẻ", "Card refused by the provider", "provider_refused")
	errProvider        = decline("provider_error", "76", "Nhà cung cấp gặp lỗi", "Provider error", "provider_error")
	errNotActivated    = decline("card_not_activated", "80", "Thẻ chưa kích hoạt hoặc chưa được phép", "Card not activated or not authorized", "card_not_activated")
	errProviderTimeout = decline("provider_timeout", "81", "Nhà cung cấp không trả lời kịp", "Provider timeout", "provider_timeout")
	errIssuerDeclined  = decline("issuer_declined", "82", "Ngân hàng phát hành từ chối thẻ", "Declined by the issuer", "issuer_declined")
	errIssuerFraud     = decline("issuer_suspects_fraud", "87", "Ngân hàng phát hành nghi ngờ gian lận", "Issuer suspects fraud", "fraud_suspected")
	errProviderFraud   = decline("provider_suspects_fraud", "88", "Nhà cung cấp nghi ngờ gian lận", "Provider suspects fraud", "provider_suspects_fraud")
	errNetwork         = decline("card_network_error", "101", "Mạng thẻ gặp lỗi", "Card network error", "card_network_error")
)

// The payment gateway's own codes. Its numbers do not all mean what the card
// API's mean.
var (
	errGatewayPartner     = row("gateway_partner_not_found", "11", http.StatusUnauthorized, "Không tìm thấy đối tác", "Partner not found", "the token's iss is no partner, on an order call", common)
	errGatewayLocked      = row("gateway_partner_locked", "13", http.StatusForbidden, "Đối tác đang bị khoá", "Partner locked", "the outcome partner_locked", common)
	errGatewayKeyUnknown  = row("gateway_key_not_found", "14", http.StatusUnauthorized, "Không tìm thấy API key", "API key not found", "the token's api_key is not the partner's, on an order call", common)
	errGatewayKeyOff      = row("gateway_key_inactive", "15", http.StatusForbidden, "API key chưa hoạt động hoặc bị khoá", "API key inactive or locked", "the outcome key_inactive", common)
	errGatewayBusy        = row("gateway_busy", "91", http.StatusInternalServerError, "Hệ thống đang bận", "System busy", "the outcome system_busy", common)
	errGatewayIP          = row("gateway_ip_refused", "92", http.StatusForbidden, "IP không được phép truy cập", "IP not allowed", "the setting allowed_ips lists others, on an order call", common)
	errGatewayMaintenance = row("gateway_maintenance", "94", http.StatusInternalServerError, "Hệ thống đang bảo trì", "System under maintenance", "the outcome maintenance", common)
	errGatewayUndefined   = row("gateway_undefined", "99", http.StatusInternalServerError, "Lỗi chưa xác định, hãy kiểm tra lại giao dịch", "Undefined error, check the transaction later", "the outcome undefined_error", common)

	errOrderInvalid    = row("order_invalid_params", "1", http.StatusBadRequest, "Thông tin yêu cầu thiếu hoặc không hợp lệ", "Invalid Params", "on an order call: a field is missing or outside its limits, or the body is not a JSON object", sentOrder)
	errOrderExists     = row("order_exists", "30", http.StatusBadRequest, "Mã đơn hàng đã được dùng", "Duplicate order id", "the order id of an earlier order", orderE)
	errOrderRefundDup  = row("order_refund_exists", "31", http.StatusBadRequest, "Mã giao dịch trùng", "Duplicate transaction id", "the partnerRefId of an earlier refund", orderE)
	errOrderAmount     = row("order_amount_invalid", "32", http.StatusBadRequest, "Số tiền không đúng", "Invalid amount", "an order outside 1,000 to 500,000,000; a refund above the rest", orderE)
	errOrderNotFound   = row("order_not_found", "36", http.StatusNotFound, "Không tìm thấy giao dịch", "Transaction not found", "the reference is no order's or no refund's", orderE)
	errOrderRefundWait = row("order_refund_wait", "129", http.StatusBadRequest, "Hãy chờ yêu cầu hoàn tiền trước", "Wait before asking for a new refund", "a refund while another of the same order is not done", orderE)
	errOrderNoRefund   = row("order_refund_unsupported", "135", http.StatusBadRequest, "Giao dịch không hỗ trợ hoàn tiền", "Refund not supported", "a refund of an order that is not paid or is refunded already", orderE)
	errOrderMethod     = row("order_method_refused", "140", http.StatusBadRequest, "Đối tác chưa được dùng paymentMethod này", "paymentMethod not allowed", "the setting payment_methods does not list it", orderE)
	errOrderBank       = row("order_bank_refused", "141", http.StatusBadRequest, "Đối tác chưa được dùng bankCode này", "bankCode not allowed", "the bankCode is none of the method's", orderE)
)

var cardErrorRows = catalog.Errors{
	errSuccess, errInvalid, errSignature, errPartnerUnknown, errChargeExists, errCancelled, errDuplicate, errCannotCreate, errFailed, errRefunded, errNotRefundable,
	errRefundTooLarge, errCountry, errChargeNotFound, errOrderTooLate, errBlockList, errPayerIP, errCards15m, errCards30m, errCards24h, errBINDaily, errBINAmount,
	errIPCountry, errRefundFailed, errPending, errNoToken, errTokenInvalid, errTokenUndelete, errTokenUnknown, errTokenRefused, errRefundMinimum, errRefundMaximum,
	errProviderDecline, errCardInvalid, errBIN, errCardExpired, errFunds, errStolen, errIssuerDown, errCardInactive, errProcessing, errCreditLimit, errCVN, errFrozen,
	errDeclined, errGateway, errPinless, errProviderRefused, errProvider, errAmount, errNoPartialRefund, errNoRefunds, errNotActivated, errProviderTimeout,
	errIssuerDeclined, errRefundTooLate, errTokenExists, errTokenExpired, errTokenForeign, errIssuerFraud, errProviderFraud, errNotGranted, err3DSFailed, err3DSError,
	errTokenUsed, errAuthUsed, errAuthUnknown, errNoMID, errMinimum, errMaximum, errInvalidRequest, errProcessed, errEnrollExists, errNetwork, errEnrollFirst,
	errVerifyFirst, errIPNotConfigured, errAccountOff, errChannelOff, errChannelBad, errMethodOff, errTokenGone, errAuthAmount, errRefundNotFound, errReverseNotFound,
	errReversalFailed, errReverseTooLate, errReversed, errNotReversible, errCaptureState, errCaptureAmount, errSubAccount, errUnauthorized, errSystem,
}

var errorRows = append(append(catalog.Errors{}, cardErrorRows...),
	errChargeUnknown, errPath, errMethod, errDefect,
	errGatewayPartner, errGatewayLocked, errGatewayKeyUnknown, errGatewayKeyOff, errGatewayBusy, errGatewayIP, errGatewayMaintenance, errGatewayUndefined,
	errOrderInvalid, errOrderExists, errOrderRefundDup, errOrderAmount, errOrderNotFound, errOrderRefundWait, errOrderNoRefund, errOrderMethod, errOrderBank)

// isGateway says that a call is one of the payment gateway's.
func isGateway(c *provider.Call) bool { return strings.HasPrefix(c.Request.Path, "/api/") }

// family chooses between the card API's row and the payment gateway's.
func family(c *provider.Call, card, gateway *catalog.Error) *catalog.Error {
	if isGateway(c) {
		return gateway
	}
	return card
}

func refusal(c *provider.Call, err error) *catalog.Error {
	var known *catalog.Error
	var illegal *machine.IllegalError
	var method *provider.MethodError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &illegal):
		return illegalRow(illegal)
	case errors.As(err, &method):
		return errMethod
	case errors.Is(err, provider.ErrUnknownPath):
		return errPath
	case errors.Is(err, provider.ErrUnauthenticated):
		return family(c, errPartnerUnknown, errGatewayPartner)
	case errors.Is(err, provider.ErrBodyTooLarge), errors.Is(err, provider.ErrBodyUnreadable):
		return family(c, errInvalidRequest, errOrderInvalid)
	}
	return errDefect
}

// illegalRow is how a step that a state table does not have is refused.
func illegalRow(e *machine.IllegalError) *catalog.Error {
	switch e.Table + "." + e.Trigger {
	case "charge.capture", "hold.capture":
		return errCaptureState
	case "charge.refund":
		return errNotRefundable
	case "charge.reverse":
		return errNotReversible
	case "hold.reverse":
		if e.From == expired {
			return errReverseTooLate
		}
		return errReversed
	case "token.delete":
		return errTokenGone
	case "token.charge":
		if e.From == tokenUsed {
			return errTokenUsed
		}
		return errTokenRefused
	case "order.refund":
		return errOrderNoRefund
	}
	return errProcessed
}

// envelope words a refusal: JSON for programs, a page for people.
func envelope(c *provider.Call, row *catalog.Error, err error) provider.Reply {
	if c.Operation != nil && c.Operation.Page && !page.WantsJSON(c.Request.Header.Get("Accept")) {
		p := page.Problem{Lang: language(c), ProviderTitle: "AppotaPay", Accent: page.Amber, Message: wording(row, language(c)), Detail: row.Error()}
		return provider.Reply{Status: row.Status, Header: page.Header(), Body: p.HTML()}
	}
	out := wireError{ErrorCode: number(row), Message: wording(row, language(c))}
	var invalid *invalidError
	if errors.As(err, &invalid) {
		out.Errors = invalid.fields
	}
	status := row.Status
	if status == http.StatusNotFound && row != errPath && c.Text("unknown_id_status") == "400" {
		status = http.StatusBadRequest
	}
	r := provider.JSON(status, out)
	r.Header.Set("Content-Type", "application/json")
	var method *provider.MethodError
	if errors.As(err, &method) {
		r.Header.Set("Allow", strings.Join(method.Allow, ", "))
	}
	return r
}

func number(row *catalog.Error) int {
	n, _ := strconv.Atoi(row.Code) // the catalogue's test holds every code to be a number
	return n
}

// wording is a row's text in a language.
func wording(row *catalog.Error, lang string) string {
	if lang == "en" {
		return row.Message
	}
	return vietnamese[row.Name]
}

// language is what the caller wants to read. The card pages call the header
// Language, the gateway's X-Language, and one card sample too.
func language(c *provider.Call) string {
	for _, name := range []string{"Language", "X-Language"} {
		if v := c.Request.Header.Get(name); v != "" {
			return known(v)
		}
	}
	if v := c.Request.Query().Get("lang"); v != "" {
		return known(v)
	}
	return "vi"
}

func known(lang string) string {
	if strings.EqualFold(lang, "en") {
		return "en"
	}
	return "vi"
}
