// Package control is the simulator's own API under /_sim/: it shows what
// happened, moves clocks, loads scenarios, and acts as the payer or the bank.
//
// It promises that every answer is JSON (a journal that is followed, the front
// page and the dashboard aside), that every refusal is worded alike, and that no
// web page of another origin can drive it. It decides nothing about payments
// itself: each call is one question or order to the engine.
package control
