using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Tests.Expressions;

public class ScriptLimits
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("1 +", 4)]
    [InlineData("a b", 1)]
    [InlineData("(1", 3)]
    [InlineData("[1, 2", 6)]
    [InlineData("'abc", 1)]
    [InlineData("`abc", 5)]
    [InlineData("`a${1`", 6)]
    [InlineData("1 @ 2", 3)]
    [InlineData("3px", 1)]
    [InlineData("unknown", 1)]
    [InlineData("nothing(1)", 1)]
    [InlineData("d.explode()", 3)]
    [InlineData("x = 1", 1)]
    [InlineData("d.x = 1", 5)]
    [InlineData("d.x += 1", 5)]
    [InlineData("d.x++", 4)]
    [InlineData("++d.x", 1)]
    [InlineData("delete d.x", 1)]
    [InlineData("new Date()", 1)]
    [InlineData("this.x", 1)]
    [InlineData("function f() {}", 1)]
    [InlineData("x => { return 1; }", 6)]
    [InlineData("async () => 1", 1)]
    [InlineData("/ab/.test('ab')", 1)]
    [InlineData("d.f`x`", 4)]
    [InlineData("Math.random()", 6)]
    [InlineData("Date.now()", 6)]
    [InlineData("newGuid()", 8)]
    [InlineData("d ?? 1 || 2", 8)]
    [InlineData("-1 ** 2", 4)]
    [InlineData("let x = 1; x", 1)]
    [InlineData("if (d) 1", 1)]
    [InlineData("eval('1')", 1)]
    [InlineData("constructor.constructor('x')", 13)]
    public void WhatIsNoExpressionHere_IsRefusedWithItsColumn(string source, int column)
    {
        var refused = Assert.Throws<JsSyntaxException>(() => ScriptRun.Parse(source));

        Assert.Equal(column, refused.Column);
        Assert.NotEqual("", refused.Message);
    }

    [Theory]
    [InlineData("d.a.b")]
    [InlineData("d.x()")]
    [InlineData("d()")]
    [InlineData("[].reduce((a, b) => a)")]
    [InlineData("null.x")]
    [InlineData("d.map(x => x)")]
    [InlineData("'a'.repeat(-1)")]
    [InlineData("(1).toFixed(101)")]
    [InlineData("JSON.parse('{')")]
    [InlineData("'x' in 'xyz'")]
    [InlineData("[...1]")]
    public void WhatFailsInJavaScript_FailsHere(string source) =>
        Assert.True(Record.Exception(() => ScriptRun.Evaluate(source)) is JsException or JsSyntaxException);

    [Theory]
    [InlineData("'x'.repeat(1000000000)")]
    [InlineData("'x'.padStart(1e9)")]
    [InlineData("Array.from({length: 1e9}, x => 1)")]
    [InlineData("(f => f(f))(f => f(f))")]
    [InlineData("(f => [f(f), f(f)])(f => [f(f), f(f)])")]
    [InlineData("Array.from({length: 1000}).map(x => Array.from({length: 1000}).map(y => y))")]
    [InlineData("[1,2,3,4,5,6,7,8].reduce(a => a + a, 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'.repeat(30000))")]
    public void WorkWithoutMeasure_IsStoppedSoon(string source)
    {
        var watch = Stopwatch.StartNew();

        Assert.Throws<JsException>(() => ScriptRun.Evaluate(source));
        Assert.True(watch.ElapsedMilliseconds < 2000);
    }

    [Fact]
    public void NestedWithoutMeasure_IsRefused() =>
        Assert.Throws<JsSyntaxException>(() => ScriptRun.Parse(new string('(', 5000) + "1" + new string(')', 5000)));

    /// <summary>Pieces of expressions in any order: the parser answers or refuses, it never fails in another way.</summary>
    [Fact]
    public void AnyText_IsParsedOrRefused()
    {
        string[] pieces = ["d", ".x", "(", ")", "[", "]", "{", "}", "=>", "?", ":", "?.", "??", "||", "+", "-", "!", "typeof ", "...", ",", "`", "${", "'", "a", "1", "0x", "Math.max", ";", "=", "x", "\\", "//", "return "];
        var texts = Gen.Elements(pieces).ArrayOf().Select(parts => string.Concat(parts));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(texts.ToArbitrary(), source =>
            Record.Exception(() => ScriptRun.Evaluate(source)) is null or JsException or JsSyntaxException));
    }
}
