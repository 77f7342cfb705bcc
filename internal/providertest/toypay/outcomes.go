package toypay

import "paysim/internal/provider"

var outcomes = []provider.Outcome{
	{Name: "approved", Means: "the payer approves", Evidence: ours},
	{Name: "insufficient_funds", Means: "the account holds too little", Declines: true, Evidence: ours},
	{Name: "processing_error", Means: "the service breaks and books nothing", Declines: true, Error: "processing_error", Evidence: ours},
}

var cards = []provider.Card{
	{Value: "4111111111111111", Kind: "card", Outcome: "approved", Means: "pays", Evidence: ours},
	{Value: "4000040000000008", Kind: "card", Outcome: "insufficient_funds", Means: "holds too little", Evidence: ours},
}
