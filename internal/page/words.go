package page

import "strings"

// words are the kit's own, everything that a provider does not say itself.
type words struct {
	Simulator     string // the thin banner, its name …
	NoMoney       string // … and its message
	PayTo         string
	State         string
	Reference     string
	Method        string
	Details       string
	ExpiresIn     string // followed by a clock
	Expired       string
	Stopped       string // beside a clock that stands still
	Days          string // between a number and a clock, short
	Scan          string
	QRCode        string
	Choices       string // what the row of buttons is, for those who cannot see it
	Outcomes      string
	Return        string
	ReturnTo      string // {merchant} is replaced
	Problem       string
	ForDevelopers string // above a problem's detail
}

var languages = map[string]words{
	"en": {
		Simulator:     "Simulator",
		NoMoney:       "No money moves on this page.",
		PayTo:         "Pay to",
		State:         "State",
		Reference:     "Reference",
		Method:        "Method",
		Details:       "Payment details",
		ExpiresIn:     "Expires in",
		Expired:       "Expired",
		Stopped:       "clock stopped",
		Days:          "d",
		Scan:          "Scan to pay",
		QRCode:        "QR code",
		Choices:       "What the payer does",
		Outcomes:      "Other outcomes",
		Return:        "Return to the shop",
		ReturnTo:      "Return to {merchant}",
		Problem:       "This page cannot be shown",
		ForDevelopers: "For developers",
	},
	"zh": {
		Simulator:     "模拟器",
		NoMoney:       "此页面不会发生真实的资金往来。",
		PayTo:         "收款方",
		State:         "状态",
		Reference:     "商户单号",
		Method:        "支付方式",
		Details:       "付款详情",
		ExpiresIn:     "剩余时间",
		Expired:       "已过期",
		Stopped:       "时钟已暂停",
		Days:          "天",
		Scan:          "扫码支付",
		QRCode:        "二维码",
		Choices:       "付款人的操作",
		Outcomes:      "其他结果",
		Return:        "返回商户",
		ReturnTo:      "返回 {merchant}",
		Problem:       "无法显示此页面",
		ForDevelopers: "开发者信息",
	},
	"es": {
		Simulator:     "Simulador",
		NoMoney:       "En esta página no se mueve dinero.",
		PayTo:         "Pagar a",
		State:         "Estado",
		Reference:     "Referencia",
		Method:        "Método",
		Details:       "Detalles del pago",
		ExpiresIn:     "Caduca en",
		Expired:       "Caducado",
		Stopped:       "reloj detenido",
		Days:          "d",
		Scan:          "Escanea para pagar",
		QRCode:        "Código QR",
		Choices:       "Qué hace quien paga",
		Outcomes:      "Otros resultados",
		Return:        "Volver a la tienda",
		ReturnTo:      "Volver a {merchant}",
		Problem:       "No se puede mostrar esta página",
		ForDevelopers: "Para desarrolladores",
	},
	"pl": {
		Simulator:     "Symulator",
		NoMoney:       "Na tej stronie nie płyną prawdziwe pieniądze.",
		PayTo:         "Odbiorca",
		State:         "Stan",
		Reference:     "Numer referencyjny",
		Method:        "Metoda płatności",
		Details:       "Szczegóły płatności",
		ExpiresIn:     "Wygasa za",
		Expired:       "Wygasła",
		Stopped:       "zegar zatrzymany",
		Days:          "d",
		Scan:          "Zeskanuj, aby zapłacić",
		QRCode:        "Kod QR",
		Choices:       "Co robi płacący",
		Outcomes:      "Inne wyniki",
		Return:        "Wróć do sklepu",
		ReturnTo:      "Wróć do: {merchant}",
		Problem:       "Nie można wyświetlić tej strony",
		ForDevelopers: "Dla programistów",
	},
	"vi": {
		Simulator:     "Trình mô phỏng",
		NoMoney:       "Không có giao dịch tiền thật trên trang này.",
		PayTo:         "Thanh toán cho",
		State:         "Trạng thái",
		Reference:     "Mã tham chiếu",
		Method:        "Phương thức",
		Details:       "Chi tiết thanh toán",
		ExpiresIn:     "Hết hạn sau",
		Expired:       "Đã hết hạn",
		Stopped:       "đồng hồ đang dừng",
		Days:          "ngày",
		Scan:          "Quét mã để thanh toán",
		QRCode:        "Mã QR",
		Choices:       "Người thanh toán làm gì",
		Outcomes:      "Kết quả khác",
		Return:        "Quay lại cửa hàng",
		ReturnTo:      "Quay lại {merchant}",
		Problem:       "Không thể hiển thị trang này",
		ForDevelopers: "Dành cho lập trình viên",
	},
}

// wordsFor looks at the primary subtag only: "zh-CN" and "zh_TW" are zh. It also says which language that was.
func wordsFor(lang string) (string, words) {
	primary := strings.ToLower(lang)
	if i := strings.IndexAny(primary, "-_"); i >= 0 {
		primary = primary[:i]
	}
	if w, ok := languages[primary]; ok {
		return primary, w
	}
	return "en", languages["en"]
}
