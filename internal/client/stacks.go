package client

// Stack is a way in which programs reach the net, and a probe that goes it.
type Stack struct {
	Name    string
	Program string   // that must be on the machine
	Probe   []string // arguments; {url}, {host}, {proxy} and {file} are filled in
	File    string   // the name of a file that the probe reads; "" for none
	Text    string   // what is in it
	Stdin   string
	Sets    []string // the variables that matter to it
	Absent  string   // what a probe says when the program is there and the library is not
}

// noCompiler is what Java without a compiler says about a program in source.
const noCompiler = "jdk.compiler"

// Stacks are those that doctor knows.
var Stacks = []Stack{
	{
		Name: "curl", Program: "curl", Probe: []string{"-sS", "{url}"},
		Sets: []string{"HTTPS_PROXY", "CURL_CA_BUNDLE"},
	},
	{
		Name: "wget", Program: "wget", Probe: []string{"-nv", "--tries=1", "-O", "-", "{url}"},
		Sets: []string{"https_proxy", "WGETRC"},
	},
	{
		Name: "openssl", Program: "openssl", Probe: []string{
			"s_client", "-quiet", "-verify_return_error", "-proxy", "{proxy}", "-servername", "{host}", "-connect", "{host}:443",
		},
		Stdin: "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
		Sets:  []string{"SSL_CERT_FILE"},
	},
	{
		Name: "node", Program: "node",
		Probe: []string{"-e", `require("https").get(process.argv[1], (r) => r.resume()).on("error", (e) => { console.error(e.message); process.exit(1); })`, "{url}"},
		Sets:  []string{"NODE_EXTRA_CA_CERTS", "NODE_USE_ENV_PROXY", "NODE_OPTIONS"},
	},
	{
		Name: "node fetch", Program: "node",
		Probe: []string{"-e", `fetch(process.argv[1]).catch((e) => { console.error(e.cause || e); process.exit(1); })`, "{url}"},
		Sets:  []string{"NODE_EXTRA_CA_CERTS", "NODE_USE_ENV_PROXY", "NODE_OPTIONS"},
	},
	{
		Name: "python", Program: "python3", Probe: []string{"-c", "import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])", "{url}"},
		Sets: []string{"https_proxy", "SSL_CERT_FILE"},
	},
	{
		Name: "python requests", Program: "python3", Probe: []string{"-c", "import sys, requests\nrequests.get(sys.argv[1])", "{url}"},
		Sets: []string{"HTTPS_PROXY", "REQUESTS_CA_BUNDLE"}, Absent: "No module named 'requests'",
	},
	{
		Name: "go", Program: "go", Probe: []string{"run", "{file}", "{url}"}, File: "probe.go",
		Text: `package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	if _, err := http.Get(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`,
		Sets: []string{"HTTPS_PROXY", "SSL_CERT_FILE"},
	},
	{
		Name: "java", Program: "java", Probe: []string{"{file}", "{url}"}, File: "Probe.java",
		Text: `public class Probe {
  public static void main(String[] args) throws Exception {
    ((java.net.HttpURLConnection) new java.net.URL(args[0]).openConnection()).getResponseCode();
  }
}
`,
		Sets: []string{"JAVA_TOOL_OPTIONS"}, Absent: noCompiler,
	},
	{
		Name: "java http client", Program: "java", Probe: []string{"{file}", "{url}"}, File: "ClientProbe.java",
		Text: `import java.net.URI;
import java.net.http.*;

public class ClientProbe {
  public static void main(String[] args) throws Exception {
    HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(args[0])).build(), HttpResponse.BodyHandlers.discarding());
  }
}
`,
		Sets: []string{"JAVA_TOOL_OPTIONS"}, Absent: noCompiler,
	},
	{
		Name: "ruby", Program: "ruby", Probe: []string{"-rnet/http", "-e", "Net::HTTP.get(URI(ARGV[0]))", "{url}"},
		Sets: []string{"https_proxy", "SSL_CERT_FILE"},
	},
	{
		Name: "php curl", Program: "php",
		Probe: []string{"-r", `$c = curl_init($argv[1]); if (curl_exec($c) === false) { fwrite(STDERR, curl_error($c) . "\n"); exit(1); }`, "{url}"},
		Sets:  []string{"https_proxy", "PHP_INI_SCAN_DIR"}, Absent: "undefined function curl_init",
	},
}
