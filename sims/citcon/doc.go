// Package citcon stands in for Citcon UPI, a service that offers some fifty
// wallets, cards and instalment plans behind one API.
//
// A merchant trades its private key for an access token and makes a charge. A
// card, or a token from the vault, is charged at once; everything else hands
// out addresses of landing and QR pages and waits there for its payer. What is
// authorized is captured, in klarna's case in parts; what is captured can be
// refunded; what is neither can be canceled. Every change of state is told by a
// signed notification to the address that the charge names.
//
// It promises the answers, in order of members and of headers, that the public
// document prints and that the sandbox was recorded to give; where the two
// disagree the recording wins. It will not check what no source describes:
// addresses, goods, 3DS results and instalment plans are read over.
package citcon
