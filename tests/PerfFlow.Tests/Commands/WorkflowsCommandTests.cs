using System.CommandLine;
using System.Text.Json;
using PerfFlow.Platform.Commands;
using Xunit;

namespace PerfFlow.Tests.Commands;

/// <summary><c>workflows validate|run|compare</c> as design.md §9 has them.</summary>
public class WorkflowsCommandTests
{
    private static readonly string Workflows = Path.Combine(AppContext.BaseDirectory, "workflows");

    [Fact]
    public async Task ShippedFolder_IsValid()
    {
        var (code, output, _) = await RunAsync("validate", Workflows, "--json");

        var rows = JsonDocument.Parse(output).RootElement.EnumerateArray().ToList();
        Assert.Equal(0, code);
        Assert.All(rows, row => Assert.True(row.GetProperty("ok").GetBoolean()));
        Assert.Contains(rows, row => row.GetProperty("file").GetString()!.EndsWith("goal-filing.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WrongFile_IsExplainedAndExitsWithOne()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "wrong.json");
        await File.WriteAllTextAsync(file, """{"definitionId":"x","root":{"type":"Elsa.Nothing","id":"a"}}""", TestContext.Current.CancellationToken);

        var (code, output, _) = await RunAsync("validate", file, "--json");

        var row = JsonDocument.Parse(output).RootElement[0];
        var error = row.GetProperty("errors")[0];
        Assert.Equal((1, false), (code, row.GetProperty("ok").GetBoolean()));
        Assert.Equal(("$.root.type", "a", "type"), (error.GetProperty("path").GetString(), error.GetProperty("activity").GetString(), error.GetProperty("property").GetString()));
        Assert.Equal(("no-activity", "没有活动“Elsa.Nothing”。"), (error.GetProperty("code").GetString(), error.GetProperty("reason").GetString()));
        var (_, english, _) = await RunAsync("validate", file, "--language", "en");
        Assert.Contains("$.root.type (activity a): There is no activity 'Elsa.Nothing'.", english, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task RunThatFails_SaysWhyInTheLanguageOfTheReader()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory().FullName, "fails.json");
        await File.WriteAllTextAsync(
            file, """{"definitionId":"x","root":{"type":"Elsa.WriteLine","id":"a","text":{"typeName":"String","expression":{"type":"JavaScript","value":"getInput('none').of.it"}}}}""",
            TestContext.Current.CancellationToken);

        var (code, chinese, _) = await RunAsync("run", file);
        var (_, english, _) = await RunAsync("run", file, "--language", "en");

        Assert.Equal(1, code);
        Assert.Contains("从 null 中读取“of”。（第", chinese, StringComparison.Ordinal);
        Assert.Contains("'of' is read of null. (column", english, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task RunThatWaits_SaysWhatFor()
    {
        var (code, output, _) = await RunAsync(
            "run", Path.Combine(Workflows, "goal-filing.json"), "--input", """{"due":"2030-01-01T00:00:00+08:00"}""", "--complete", """fill={"outcome":"Submit"}""", "--json");

        var result = JsonDocument.Parse(output).RootElement;
        var waiting = result.GetProperty("waiting")[0];
        Assert.Equal((0, "Running", "Suspended"), (code, result.GetProperty("status").GetString(), result.GetProperty("subStatus").GetString()));
        Assert.Equal(("task", "sectionReview"), (waiting.GetProperty("kind").GetString(), waiting.GetProperty("activity").GetString()));
    }

    [Fact]
    public async Task TwoDefinitions_AreComparedPartByPart()
    {
        var (code, output, _) = await RunAsync("compare", Path.Combine(Workflows, "goal-filing.json"), Path.Combine(Workflows, "monitoring.json"), "--json");

        var rows = JsonDocument.Parse(output).RootElement.EnumerateArray().ToList();
        Assert.Equal(0, code);
        Assert.Contains(rows, row => row.GetProperty("part").GetString() == "definition" && row.GetProperty("property").GetString() == "definitionId" && row.GetProperty("after").GetString() == "monitoring");
        var (_, same, _) = await RunAsync("compare", Path.Combine(Workflows, "goal-filing.json"), Path.Combine(Workflows, "goal-filing.json"));
        Assert.Equal("no difference", same.Trim());
    }

    [Theory]
    [InlineData(1, "run", "goal-filing.json")]
    [InlineData(1, "run", "goal-filing.json", "--input", """{"due":"2030-01-01"}""", "--complete", "sectionReview={}")]
    [InlineData(2, "run", "goal-filing.json", "--input", "[]")]
    [InlineData(2, "run", "goal-filing.json", "--complete", "fill")]
    [InlineData(2, "run", "goal-filing.json", "--joins", "counters")]
    [InlineData(2, "run", "missing.json")]
    [InlineData(2, "validate", "missing")]
    [InlineData(2, "compare", "goal-filing.json", "missing.json")]
    public async Task WhatCannotBeDone_ExitsWithItsCodeAndSaysWhy(int expected, string verb, string file, params string[] rest)
    {
        var (code, output, error) = await RunAsync([verb, Path.Combine(Workflows, file), .. rest]);

        Assert.Equal((expected, ""), (code, output));
        Assert.NotEqual("", error);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await WorkflowsCommands.Create().Parse(args).InvokeAsync(
            new InvocationConfiguration { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
