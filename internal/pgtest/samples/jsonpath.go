package samples

// jsonpaths are jsonpaths worth trying: every accessor, operator
// and method, on what they fit and on what they do not.
var jsonpaths = []string{
	"$", "strict $", "$.a", "strict $.a", "$.*", "strict $.*", "$[*]", "strict $[*]", "$[0]", "$[last]", "strict $[5]", "$[0 to 1]", "strict $[1 to 0]", "$[*].a", "strict $[*].a", "$.a.b.c", "$.b[1].c", "$.**", "strict $.**", "$.**{1}", "$.**{2 to last}", "$.**{last}", "$.**{1 to 2}.c", "strict $.**.a", "$.**.a",
	"$.a ? (@ > 0)", "$ ? (@.a == 1)", "$[*] ? (@ == 1)", "$[*] ? (@ != null)", "$[*] ? (@ <> 1)", "$.* ? (@ >= 1 && @ < 3)", "$[*] ? (@ starts with \"a\")", "$.* ? (@ starts with $p)", "$[*] ? (@ like_regex \"^[ax]$\")", "$[*] ? (@ like_regex \"A\" flag \"i\")", "$[*] ? (@ like_regex \".\" flag \"q\")",
	"$ ? (exists(@.a))", "strict $ ? (exists(@.a))", "$[*] ? (exists(@.a ? (@ == 1)))", "$ ? (!exists(@.zz))", "$[*] ? ((@ > 1) is unknown)", "strict $[*] ? ((@ > 1) is unknown)", "$ ? (!(@.a == 1))", "$ ? (@.a == 1 || @.b == 2)", "strict $ ? (@.a == 1 || @.b == 2)",
	"$.a == 1", "strict $.a == 1", "$ == null", "$ > 1", "$[*] > 1", "$[*] == \"a\"", "exists($.a)", "!($.a == 1)", "($.a == 1) is unknown", "$ like_regex \"a\"", "$ starts with \"a\"", "$[*] < $[*]", "$.a == $x", "$x", "$x.type()", "$obj.k", "$obj.keyvalue()", "$missing", "$.a < $.b",
	"$ + 1", "$.a + 1", "$.a - 2", "$[0] * 3", "$[*] * 2", "$.a / 0", "$.a / 3", "$.a % 2", "$[0] + $[1]", "-$", "-$.a", "+$[*]", "-$[*]", "strict -$[*]", "$ ? (@ + 1 > 2)", "$ ? (1 / @ > 0)", "(1 + 2) * $", "$[$.a]", "$[1.7]", "$[-1]", "strict $[-1]", "$[\"a\"]", "$[10000000000]", "$[last - 1]", "$[last].a", "strict $[last - 5]", "$[last, 0]", "$[0 to last]",
	"$.type()", "$[*].type()", "$.*.type()", "$.size()", "strict $.size()", "$[*].size()", "$.a.size()", "strict $.b.size()", "$.double()", "$[*].double()", "strict $[*].double()", "$.a.double()", "$.ceiling()", "$.floor()", "$.abs()", "$[*].abs()", "strict $[*].abs()", "$.a.floor()", "$[*].ceiling() + 1", "$.keyvalue()", "strict $.keyvalue()", "$.keyvalue().key", "$.keyvalue().value", "$.keyvalue().id", "$[*].keyvalue()", "$.*.keyvalue()", "$.**.keyvalue().id", "$.keyvalue().value.keyvalue()", "$.a.keyvalue() ? (@.key == \"b\")", "$.keyvalue().keyvalue()", "$obj.keyvalue().id",
	"1", "\"s\".type()", "null", "true.type()", "(1.50).type()", "(-1.5).abs()", "1 + 1.50", "1.0 / 3", "$.datetime()", "$[*].datetime()", "$[*].datetime().type()", "strict $[*].datetime()", "$[*] ? (@.datetime() < \"2020-06-01\".datetime())", "$[*].datetime() ? (@ == \"2020-01-01\".datetime())",
	"$.datetime().type()", "$ ? (@.datetime() > \"2020-01-01\".datetime())", "$.datetime(\"YYYY-MM-DD\")", "$.datetime(\"HH24:MI\")", "$ ? (@.datetime() == \"12:00:00\".datetime())", "$ ? (@.datetime() >= \"2020-01-01T12:00:00\".datetime())", "$ ? (@.datetime() < \"2020-01-01 12:00:00+03\".datetime())", "$ ? (@.datetime() != \"12:00:00+01\".datetime())", "$.datetime(\"yyyy-mm-dd HH24:MI:SS.US\")", "$.datetime(\"dd.mm.yyyy\").type()", "$.datetime(\"HH24:MI:SSTZH:TZM\")", "$.datetime(\"yyyy-mm-dd\\\"T\\\"HH24:MI:SSTZH\")", "$.datetime(\"yyyymmdd\")", "$.datetime(\"HH24MISS.MS\")", "$.datetime(\"MI:SS.FF3\")",
}

// PathDocuments are documents for them.
var PathDocuments = append([]string{
	`"2020-01-01"`, `"2020-12-31 12:34:56"`, `"2020-12-31T12:34:56.789"`, `"12:00:00"`, `"12:00:00+01"`, `"12:00:00.5-05:30"`, `"2020-01-01 12:00:00+03"`, `"2020-07-01T09:00:00-04:00"`, `"2020-13-01"`, `"24:00:00"`, `"12:34"`, `"31.12.2020"`, `"20200131"`, `"123456.7"`, `"0044-03-15"`, `"-44-01-01"`, `"12:00:00 +01"`, `"2020-1-5"`, `" 2020-01-05 "`, `"12:00:00.1234567"`, `"12:00:00+24"`, `"99999-01-01 00:00:00+00"`, `"05:06.789"`, `"300000-01-01 00:00:00"`, `"2020-02-30"`,
	`["2020-01-01", "2020-12-31 12:00:00", "12:00:00", "12:00:00+02", "2020-01-01 00:00:00+00", 1]`,
	`["1.5", "-3", "abc", "1e400", "NaN", "inf", 2.5, -7, "0x10", " 4 "]`, `[1e400, 1.25]`, `[[1, [2, {"a": 3}]], {"a": [4, {"a": 5}]}]`, `{"a": [1, 2, 3], "b": [3, 4]}`, `{"a": {"b": 12345678901234567890.12345, "cc": "xyz"}, "b": [{"x": 1}, {"y": [{"z": 0.00001}]}], "ccc": {"d": {"e": {}}, "f": 100000000}}`,
	`["a", "A", ".", "ab\ncd", "é"]`, `[1, "1", null, true, [1], {"a": 1}]`, `{"a": null, "b": 2}`, `[[], {}, [[]], [{}]]`, `5`, `-2.5`, `[3, 1, 2]`,
}, Values["jsonb"]...)

// PathVariables are the variables that they name.
var PathVariables = []string{`{"x": 1, "p": "a", "obj": {"k": [1, {"m": 2}]}}`, "{}", `{"x": "abc", "p": 5}`, "[]", "1", `{"x": null, "obj": 1}`}
