# A shop that knows nothing of a simulator: it names the real addresses, and its keys come from where shops keep them.
require "json"
require "net/http"

EMAIL = "ann@example.com"

def post(url, key, body)
  uri = URI(url)
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https") do |http|
    http.post(uri.path, JSON.generate(body), "Content-Type" => "application/json", "Authorization" => "Bearer #{ENV.fetch(key)}")
  end
  JSON.parse(answer.body)
end

def pay(card_number, amount, capture)
  card = { card_number: card_number, cvv: "123", expiration_month: "09", expiration_year: "2030", email: EMAIL }
  token = post("https://secure.culqi.com/v2/tokens", "CULQI_PUBLIC_KEY", card)
  charge = { amount: amount, currency_code: "PEN", email: EMAIL, source_id: token["id"], capture: capture }
  post("https://api.culqi.com/v2/charges", "CULQI_SECRET_KEY", charge)
end

held = pay("4111111111111111", 1000, false)
puts "created #{held["amount"]} #{held["outcome"]["type"]}"
taken = post("https://api.culqi.com/v2/charges/#{held["id"]}/capture", "CULQI_SECRET_KEY", {})
puts "captured #{taken["id"] == held["id"]}"
back = post("https://api.culqi.com/v2/refunds", "CULQI_SECRET_KEY", { amount: 400, charge_id: held["id"], reason: "solicitud_comprador" })
puts "refunded #{back["amount"]} #{back["charge_id"] == held["id"]}"
refused = pay("4000020000000000", 700, true)
puts "declined #{refused["type"]} #{refused["decline_code"]}"
