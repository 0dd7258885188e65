using System.Text.Json.Nodes;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Layout;
using PerfFlow.Engine.Tests.Activities;

namespace PerfFlow.Engine.Tests.Layout;

/// <summary>What holds of every drawing: of the shipped definitions with and without their positions, and of drawn-up ones.</summary>
public class DrawingDefinitions
{
    public static TheoryData<string, bool> Files => [.. Shipped.Files.SelectMany(file => new[] { (file, true), (file, false) })];

    [Theory]
    [MemberData(nameof(Files))]
    public void NoTwoBoxes_Overlap(string file, bool positions)
    {
        var drawing = Drawing.Of(Load(file, positions));

        Assert.All(Pairs(drawing.Steps), pair => Assert.False(
            pair.One.X < pair.Other.X + pair.Other.Width && pair.Other.X < pair.One.X + pair.One.Width
            && pair.One.Y < pair.Other.Y + pair.Other.Height && pair.Other.Y < pair.One.Y + pair.One.Height,
            $"{pair.One.Id} and {pair.Other.Id}"));
        Assert.All(drawing.Steps, step => Assert.True(step.X >= 0 && step.Y >= 0 && step.X + step.Width <= drawing.Width && step.Y + step.Height <= drawing.Height));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void LaidOut_LinesLeadRightButForLoops(string file, bool positions)
    {
        var drawing = Drawing.Of(Load(file, positions));
        var at = drawing.Steps.ToDictionary(step => step.Id);

        if (!positions)
            Assert.All(drawing.Lines.Where(line => !line.Back), line => Assert.True((at[line.From].Band, at[line.From].Column).CompareTo((at[line.To].Band, at[line.To].Column)) < 0, $"{line.From} to {line.To}"));
        Assert.All(drawing.Lines.Where(line => line.Returns), line => Assert.True(line.Back, $"{line.From} to {line.To}"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Lines_AreUprightOrLevel_AndTouchNoOtherBox(string file, bool positions)
    {
        var drawing = Drawing.Of(Load(file, positions));
        foreach (var line in drawing.Lines)
        {
            foreach (var (a, b) in line.Points.Zip(line.Points.Skip(1)))
            {
                Assert.True(a.X == b.X || a.Y == b.Y, $"{line.From} to {line.To} slants");
                Assert.All(drawing.Steps, step => Assert.False(
                    Math.Max(a.X, b.X) > step.X && Math.Min(a.X, b.X) < step.X + step.Width && Math.Max(a.Y, b.Y) > step.Y && Math.Min(a.Y, b.Y) < step.Y + step.Height
                    && !(step.Kind == DrawnKind.Decision && (step.Id == line.From || step.Id == line.To)),
                    $"{line.From} to {line.To} runs through {step.Id}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void NoTwoLines_RunOnTopOfEachOther(string file, bool positions)
    {
        var drawing = Drawing.Of(Load(file, positions));
        var pieces = drawing.Lines.SelectMany(line => line.Points.Zip(line.Points.Skip(1)).Select(piece => (line, piece.First, piece.Second))).ToList();
        for (var i = 0; i < pieces.Count; i++)
        {
            foreach (var other in pieces.Skip(i + 1).Where(other => other.line != pieces[i].line))
                Assert.False(Covers(pieces[i], other), $"{pieces[i].line.From} to {pieces[i].line.To} and {other.line.From} to {other.line.To}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void DrawnTwice_IsTheSame(string file, bool positions) =>
        Assert.Equal(Written(Drawing.Of(Load(file, positions))), Written(Drawing.Of(Load(file, positions))));

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryHumanStep_IsDrawnAndReached(string file, bool positions)
    {
        var definition = Load(file, positions);
        var drawing = Drawing.Of(definition);

        Assert.Subset(drawing.Steps.Select(step => step.Id).ToHashSet(), definition.HumanSteps.Select(step => step.ActivityId).ToHashSet());
        Assert.All(drawing.Steps.Where(step => step.Kind != DrawnKind.Start), step => Assert.Contains(drawing.Lines, line => line.To == step.Id));
        Assert.All(definition.HumanSteps, step => Assert.All(step.Outcomes, outcome =>
            Assert.Contains(drawing.Lines, line => line.From == step.ActivityId && line.Outcomes.Contains(outcome))));
    }

    [Fact]
    public void GoalFiling_HasTheWaysThatItsReadersKnow()
    {
        var lines = Drawing.Of(Shipped.Load("goal-filing.json")).Lines.Select(line => $"{line.From} {string.Join('/', line.Outcomes)} {line.To}").ToHashSet();

        Assert.Equal(
            [
                "department False sectionReview", "department True departmentReview", "departmentReview Approve department", "departmentReview Return fill",
                "fill Submit department", "performance False approvedBySection", "performance True performanceReview", "performanceReview Approve approvedByPerformance",
                "performanceReview Return fill", "performanceReview ReturnToSection sectionReview", "sectionReview Approve performance", "sectionReview Return fill",
                "sectionReview ReturnToDepartment department", "start  fill",
            ],
            lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SilenceInASpotCheck_LeadsToItsOwnEndOnly() =>
        Assert.Equal(["accepted"], Drawing.Of(Shipped.Load("spot-check.json")).Lines.Where(line => line.From == "silence").Select(line => line.To));

    [Fact]
    public void FilingReturnedByFour_StandsInOneLineWithTheDepartmentAboveIt()
    {
        var at = Drawing.Of(Shipped.Load("goal-filing.json")).Steps.ToDictionary(step => step.Id);

        Assert.Equal(["start", "fill", "department", "sectionReview", "performance", "performanceReview"], at.Values.Where(step => step.Row == at["fill"].Row).OrderBy(step => step.Column).Select(step => step.Id));
        Assert.True(at["departmentReview"].Row < at["department"].Row && at["departmentReview"].Column == at["department"].Column);
    }

    [Fact]
    public void ManyColumns_GoOnInASecondBand()
    {
        var drawing = Drawing.Of(Shipped.Load("finance-evaluation.json"));

        Assert.Equal(2, drawing.Steps.Max(step => step.Band) + 1);
        Assert.True(drawing.Width < 1400, $"{drawing.Width} wide");
    }

    [Fact]
    public void ContainersWithinContainers_AreDrawnAsWhatIsInThem()
    {
        var inner = Draw.Sequence(Draw.Task("b"), Draw.Task("c"));
        var choice = Draw.Do("If", "choice", ("condition", Draw.Js("true")), ("then", inner), ("else", Draw.Task("d")));
        var loop = Draw.Do("While", "loop", ("condition", Draw.Js("false")), ("body", Draw.Task("e")));
        var drawing = Drawing.Of(Draw.Workflow(Draw.Sequence(Draw.Task("a"), choice, loop, Draw.Task("f"))));

        Assert.Equal(["a", "choice", "b", "c", "d", "e", "f"], drawing.Steps.Select(step => step.Id));
        Assert.Equal(
            ["a>choice", "b>c", "c>e", "c>f", "choice>b", "choice>d", "d>e", "d>f", "e>e", "e>f"],
            drawing.Lines.Select(line => $"{line.From}>{line.To}").Append("e>e").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EmptyDefinition_IsAnEmptyDrawing() => Assert.Empty(Drawing.Of(Draw.Workflow(Draw.Sequence())).Steps);

    private static bool Covers((DrawnLine Line, (int X, int Y) A, (int X, int Y) B) one, (DrawnLine Line, (int X, int Y) A, (int X, int Y) B) other) =>
        (one.A.X == one.B.X && other.A.X == other.B.X && one.A.X == other.A.X && Math.Min(Math.Max(one.A.Y, one.B.Y), Math.Max(other.A.Y, other.B.Y)) > Math.Max(Math.Min(one.A.Y, one.B.Y), Math.Min(other.A.Y, other.B.Y)))
        || (one.A.Y == one.B.Y && other.A.Y == other.B.Y && one.A.Y == other.A.Y && Math.Min(Math.Max(one.A.X, one.B.X), Math.Max(other.A.X, other.B.X)) > Math.Max(Math.Min(one.A.X, one.B.X), Math.Min(other.A.X, other.B.X)));

    private static IEnumerable<(DrawnStep One, DrawnStep Other)> Pairs(IReadOnlyList<DrawnStep> steps) =>
        steps.SelectMany((one, i) => steps.Skip(i + 1).Select(other => (one, other)));

    private static string Written(Drawing drawing) =>
        string.Join('\n', drawing.Steps) + string.Join('\n', drawing.Lines.Select(line => $"{line.From} {line.To} {string.Join(' ', line.Points)} {line.Label}"));

    private static WorkflowDefinition Load(string file, bool positions)
    {
        if (positions)
            return Shipped.Load(file);
        var json = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)))!.AsObject();
        Strip(json["root"]!.AsObject());
        return Draw.Load(json);
    }

    private static void Strip(JsonObject activity)
    {
        activity["metadata"]?.AsObject().Remove("designer");
        foreach (var child in activity["activities"]?.AsArray() ?? [])
            Strip(child!.AsObject());
    }
}
