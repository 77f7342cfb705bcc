package citcon

import (
	"strings"

	"paysim/internal/machine"
)

// phrases are what a page says, in one language.
type phrases struct {
	title                                            string // {method} is the method's name
	pay, decline, cancel, expire, abandon, abandoned string
	unusable, unusableHint, broken, brokenHint       string
	reasons                                          map[string]string // by outcome; what is not here is said as in outcomes.go
	states, messages                                 map[machine.State]string
}

func phrasesFor(lang string) phrases {
	if strings.HasPrefix(strings.ToLower(lang), "zh") {
		return chinese
	}
	return english
}

var english = phrases{
	title: "Pay with {method}",
	pay:   "Pay", decline: "Decline", cancel: "Cancel and go back", expire: "Let the time run out", abandon: "Leave without an answer",
	abandoned: "Nothing was decided. This page can still be answered.",
	unusable:  "This payment link cannot be used", unusableHint: "Ask the shop for a new link.",
	broken: "Something went wrong", brokenHint: "Try again, or go back to the shop.",
	states: map[machine.State]string{
		initiated: "Waiting for you", pending: "Being processed", authorized: "Authorized", succeeded: "Paid", failed: "Declined", canceled: "Canceled", expired: "Expired",
	},
	messages: map[machine.State]string{
		initiated: "Confirm the payment in your wallet.", pending: "The payment is being processed.", authorized: "The payment is authorized.",
		succeeded: "The payment is complete.", failed: "The payment was declined.", canceled: "The payment was canceled.", expired: "The time to pay is over.",
	},
}

var chinese = phrases{
	title: "使用{method}付款",
	pay:   "付款", decline: "拒绝", cancel: "取消并返回", expire: "等待超时", abandon: "不作选择并离开",
	abandoned: "尚未作出任何决定，此页面仍然有效。",
	unusable:  "此付款链接无法使用", unusableHint: "请向商户索取新的链接。",
	broken: "出现错误", brokenHint: "请重试，或返回商户。",
	reasons: map[string]string{
		"insufficient_funds": "余额不足", "stolen_card": "被盗卡", "lost_card": "挂失卡", "expired_card": "卡已过期", "invalid_cvv": "安全码错误",
		"issuer_declined": "发卡行拒绝", "issuer_unavailable": "发卡行无响应", "fraud_suspected": "疑似欺诈", "limit_exceeded": "超出限额",
	},
	states: map[machine.State]string{
		initiated: "等待付款", pending: "处理中", authorized: "已授权", succeeded: "已付款", failed: "已拒绝", canceled: "已取消", expired: "已过期",
	},
	messages: map[machine.State]string{
		initiated: "请在您的钱包中确认付款。", pending: "付款正在处理中。", authorized: "付款已授权。",
		succeeded: "付款已完成。", failed: "付款被拒绝。", canceled: "付款已取消。", expired: "付款时间已过。",
	},
}
