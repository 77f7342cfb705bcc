package firstoken

import "paysim/internal/provider"

// getTransaction tells the latest of a transaction, in one of two printed forms.
func getTransaction(c *provider.Call) (provider.Reply, error) {
	t, ok := transactions.Get(c, c.Vars["id"])
	if !ok {
		return provider.Reply{}, errTransaction
	}
	if c.Text(detailsForm) == older {
		return provider.JSON(200, wireOlder{Status: "success", Data: t.wireOlder()}), nil
	}
	w := t.wire()
	w.TransactionInfo.Type, w.TransactionInfo.ReconciliationID = "transaction_details_response", ""
	if w.ProcessorInfo != nil {
		w.ProcessorInfo = &wireProcessor{ApprovalCode: t.ApprovalCode, TransactionID: t.NetworkID}
	}
	return provider.JSON(200, wireReply{Status: "success", Message: "Get Transaction Details successful", Data: w}), nil
}

func (t transaction) wireOlder() wireStore {
	w := t.wire()
	i := w.TransactionInfo
	out := wireStore{TransactionInfo: wireOlderInfo{
		Type: i.Type, Status: i.Status, CreatedAt: i.CreatedAt, RequestID: i.RequestID, ResponseCode: i.ResponseCode,
		ReferenceCode: i.ReferenceCode, TransactionID: i.TransactionID, ReconciliationID: i.ReconciliationID,
	}}
	if w.OrderInfo != nil {
		a := w.OrderInfo.AmountDetails
		out.OrderInfo = &wireOlderOrder{wireOlderAmount{Currency: a.Currency, TotalAmount: a.TotalAmount, CreditAmount: a.CreditAmount, AuthorizedAmount: a.AuthorizedAmount}}
	}
	if w.ProcessorInfo != nil {
		out.ProcessorInfo = &wireOlderProcessor{AVS: wireAVS{Code: "Y", CodeRaw: "Y"}, ApprovalCode: t.ApprovalCode, TransactionID: t.NetworkID}
	}
	return out
}
