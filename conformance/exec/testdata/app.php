<?php
// A shop that knows nothing of a simulator: it names the real addresses, and its keys come from where shops keep them. The argument
// says by what it calls: curl, or PHP's own streams.

function by_curl($url, $headers, $body)
{
    $c = curl_init($url);
    curl_setopt_array($c, [CURLOPT_POSTFIELDS => $body, CURLOPT_HTTPHEADER => $headers, CURLOPT_RETURNTRANSFER => true]);
    $answer = curl_exec($c);
    if ($answer === false) {
        fwrite(STDERR, curl_error($c) . "\n");
        exit(1);
    }
    return $answer;
}

function by_streams($url, $headers, $body)
{
    $options = ["method" => "POST", "header" => $headers, "content" => $body, "ignore_errors" => true];
    $answer = file_get_contents($url, false, stream_context_create(["http" => $options]));
    if ($answer === false) {
        exit(1);
    }
    return $answer;
}

function post($url, $key, $body)
{
    global $argv;
    $headers = ["Content-Type: application/json", "Authorization: Bearer " . getenv($key)];
    return json_decode(("by_" . $argv[1])($url, $headers, json_encode($body)), true);
}

const EMAIL = "ann@example.com";

function pay($card_number, $amount, $capture)
{
    $card = ["card_number" => $card_number, "cvv" => "123", "expiration_month" => "09", "expiration_year" => "2030", "email" => EMAIL];
    $token = post("https://secure.culqi.com/v2/tokens", "CULQI_PUBLIC_KEY", $card);
    $charge = ["amount" => $amount, "currency_code" => "PEN", "email" => EMAIL, "source_id" => $token["id"], "capture" => $capture];
    return post("https://api.culqi.com/v2/charges", "CULQI_SECRET_KEY", $charge);
}

$held = pay("4111111111111111", 1000, false);
echo "created {$held["amount"]} {$held["outcome"]["type"]}\n";
$taken = post("https://api.culqi.com/v2/charges/{$held["id"]}/capture", "CULQI_SECRET_KEY", new stdClass());
echo "captured ", var_export($taken["id"] === $held["id"], true), "\n";
$back = post("https://api.culqi.com/v2/refunds", "CULQI_SECRET_KEY", ["amount" => 400, "charge_id" => $held["id"], "reason" => "solicitud_comprador"]);
echo "refunded {$back["amount"]} ", var_export($back["charge_id"] === $held["id"], true), "\n";
$refused = pay("4000020000000000", 700, true);
echo "declined {$refused["type"]} {$refused["decline_code"]}\n";
