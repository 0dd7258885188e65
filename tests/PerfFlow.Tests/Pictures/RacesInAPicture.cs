using System.Text;
using System.Text.Json;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Pictures;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Pictures;

/// <summary>Journals written by hand: an answer period of a spot check, and what its picture makes of either end.</summary>
public sealed class RacesInAPicture
{
    private static readonly DateTimeOffset Monday = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);

    /// <summary>Evidence, score and check, one a day; then the answer is awaited until the 19th.</summary>
    private static readonly string[] UntilAnswered =
    [
        """{"a":"Start","f":{"due":"2023-10-20T00:00:00.0000000+08:00"}}""",
        """{"a":"Complete","v":1,"f":{"outcome":"Submit"}}""",
        """{"a":"Complete","v":2,"f":{"outcome":"Submit"}}""",
        """{"a":"Complete","v":3,"f":{"outcome":"Approve","answerDue":"2023-10-19T00:00:00.0000000+08:00"}}""",
    ];

    [Fact]
    public void WhileTheAnswerIsAwaited_TheStepAndItsPeriodAreBothOpen()
    {
        var (steps, ways, _) = Picture([.. UntilAnswered]);

        Assert.Equal(["objection", "silence"], steps.Values.Where(step => step.State == StepState.Current).Select(step => step.Step.Id).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (ways["verify>objection"], ways["objection>silence"]));
        Assert.Equal("UNIT", steps["objection"].Holder);
        Assert.Null(steps["silence"].Holder);
    }

    [Fact]
    public void Silence_SettlesThePeriod_AndLeavesTheAnswerUndecided()
    {
        var (steps, ways, status) = Picture([.. UntilAnswered, """{"a":"FireTimer","v":5,"timer":"silence"}"""]);

        Assert.Equal((InstanceStatus.Finished, StepState.Done, StepState.Overtaken), (status, steps["silence"].State, steps["objection"].State));
        Assert.Equal((StepState.Done, StepState.NotYet), (steps["accepted"].State, steps["settled"].State));
        Assert.Equal((1, 0), (ways["silence>accepted"], ways["objection>accepted"]));
        Assert.Equal(0, steps["objection"].Times);
    }

    [Fact]
    public void Answer_SettlesTheStep_AndThePeriodIsOver()
    {
        var (steps, ways, _) = Picture([.. UntilAnswered, """{"a":"Complete","v":4,"f":{"outcome":"Accept"}}"""]);

        Assert.Equal((StepState.Done, StepState.Overtaken), (steps["objection"].State, steps["silence"].State));
        Assert.Equal((0, 1, 0), (ways["silence>accepted"], ways["objection>accepted"], ways["objection>settle"]));
    }

    [Fact]
    public void PeriodThatIsOverAlready_IsPassedAtOnce()
    {
        var (steps, _, status) = Picture([.. UntilAnswered[..3], UntilAnswered[3].Replace("2023-10-19", "2023-10-09", StringComparison.Ordinal)]);

        Assert.Equal((InstanceStatus.Finished, StepState.Done), (status, steps["verify"].State));
        Assert.DoesNotContain(steps.Values, step => step.State == StepState.Current);
    }

    [Fact]
    public void VoidedCase_HasNoEndAndNothingOpen()
    {
        var (steps, _, status) = Picture([.. UntilAnswered, """{"a":"Void"}"""]);

        Assert.Equal(InstanceStatus.Voided, status);
        Assert.Equal([StepState.Overtaken, StepState.Overtaken], [steps["objection"].State, steps["silence"].State]);
        Assert.All(steps.Values.Where(step => step.Step.Kind == DrawnKind.End), end => Assert.Equal(StepState.NotYet, end.State));
    }

    [Fact]
    public void StepSkippedByAnOperator_IsGoneAlongLikeADecision()
    {
        var (steps, ways, _) = Picture([.. UntilAnswered[..3], UntilAnswered[3].Replace("Complete", "Skip", StringComparison.Ordinal)]);

        Assert.Equal((StepState.Done, StepState.Current), (steps["verify"].State, steps["objection"].State));
        Assert.Equal(1, ways["verify>objection"]);
    }

    [Fact]
    public void CaseMovedByAnOperator_StandsThere_WithoutAWay()
    {
        var (steps, ways, _) = Picture([.. UntilAnswered, """{"a":"Move","to":"score"}"""]);

        Assert.Equal((StepState.Current, 2), (steps["score"].State, steps["score"].Times));
        Assert.Equal((StepState.Overtaken, StepState.Overtaken), (steps["objection"].State, steps["silence"].State));
        Assert.Equal((1, 0), (ways["evidence>score"], ways["verify>score"]));

        var cancelled = Picture([.. UntilAnswered, """{"a":"Move","to":"score"}""", """{"a":"Cancel"}"""]);
        Assert.Equal((InstanceStatus.Cancelled, StepState.Overtaken), (cancelled.Status, cancelled.Steps["score"].State));
    }

    [Fact]
    public void LineThatTheEngineRefuses_IsNamed()
    {
        var replayed = Replay([.. UntilAnswered, """{"a":"Complete","v":1,"f":{"outcome":"Submit"}}"""]);

        Assert.Equal("picture-not-replayable", replayed.Refusal?.Code);
        Assert.Equal([5], replayed.Refusal?.Args);
    }

    private static WorkflowDefinition Definition { get; } =
        DefinitionLoader.Load("spot-check.json", File.ReadAllBytes(Path.Combine(Repository.Root, "workflows", "spot-check.json"))).Definition!;

    private static ServiceDefaults.Outcome<IReadOnlyList<ReplayedLine>> Replay(params string[] lines) =>
        CaseReplay.Run(Definition, lines.Select(Entry));

    /// <summary>A line in the old form, which is readable, with the columns that would stand beside it.</summary>
    private static JournalEntry Entry(string line, int i)
    {
        using var json = JsonDocument.Parse(line);
        var (act, visit) = (json.RootElement.GetProperty("a").GetString()!, json.RootElement.TryGetProperty("v", out var v) ? v.GetInt32() : 0);
        var outcome = json.RootElement.TryGetProperty("f", out var facts) && facts.TryGetProperty("outcome", out var o) ? o.GetString() : null;
        return new JournalEntry(i + 1, Monday.AddDays(act == "FireTimer" ? 10 : i), act, visit, outcome, Encoding.UTF8.GetBytes(line));
    }

    private static (Dictionary<string, PictureStep> Steps, Dictionary<string, int> Ways, InstanceStatus Status) Picture(params string[] lines)
    {
        var replayed = Replay(lines).Value;
        var returns = Definition.HumanSteps.SelectMany(step => step.Returns.Select(outcome => (step.ActivityId, outcome))).ToHashSet();
        var roles = Definition.HumanSteps.ToDictionary(step => step.ActivityId, step => step.Role, StringComparer.Ordinal);
        var (steps, ways) = PictureState.Of(Drawing.Of(Definition), returns, replayed, WorkingCalendar.National, Monday.AddDays(11), visit => roles.GetValueOrDefault(visit.ActivityId));
        return (steps.ToDictionary(step => step.Step.Id), ways.ToDictionary(way => $"{way.Line.From}>{way.Line.To}", way => way.Gone), replayed[^1].Status);
    }
}
