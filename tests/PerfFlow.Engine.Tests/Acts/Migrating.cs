using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Tests.Activities;
using static PerfFlow.Engine.Tests.Activities.Draw;
using static PerfFlow.Engine.Tests.Acts.Operators;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>迁移: a running case goes to another version of its definition; what is open stays open.</summary>
public class Migrating
{
    private static readonly (string, object?)[] Filed = [("due", Shipped.Morning.AddDays(9)), ("needsDepartment", true), ("needsPerformanceReview", true)];

    public static TheoryData<string> Files => [.. Shipped.Files];

    [Fact]
    public void StepOfAnotherName_TakesTheTask_AndTheCaseGoesOnAsTheNewVersionSays()
    {
        var to = Edited("goal-filing.json", text => text.Replace("\"sectionReview\"", "\"officeReview\"", StringComparison.Ordinal));
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed).Complete("fill", "Submit").Complete("departmentReview", "Approve");
        Assert.Equal(RefusalCodes.MigrateMissing, run.RefusalOf(To(run, to)));
        var plan = Assert.Single(Migration.Plan(run.Instance!, to, MigrationChoices.Of(Facts.Empty)));
        Assert.Equal(("sectionReview", "review", null, RefusalCodes.MigrateMissing), (plan.ActivityId, plan.Kind, plan.To, plan.RefusalCode));

        var visit = run.Instance!.OpenVisits.Single();
        var moved = Accepted(run.Instance, To(run, to, ("sectionReview", "officeReview")));
        Assert.Equal([new Effect.TaskRenamed(visit.Visit, "officeReview")], moved.Effects);
        Assert.Equal(visit with { ActivityId = "officeReview" }, moved.Instance.OpenVisits.Single());
        Assert.Same(to, moved.Instance.Definition);

        var done = Accepted(Stored(moved.Instance), new Act.Complete(visit.Visit, Facts.Of(("outcome", "Approve"))));
        Assert.Equal("performanceReview", done.Instance.OpenVisits.Single().ActivityId);
        Assert.Equal("officeReview", Accepted(done.Instance, new Act.Withdraw(visit.Visit, Facts.Of(("opened", false)))).Instance.OpenVisits.Single().ActivityId);
    }

    [Fact]
    public void StepThatAsksSomethingElse_OrElsewhere_BlocksTheCase()
    {
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed);
        Assert.Equal(RefusalCodes.MigrateFiller, run.RefusalOf(To(run, Edited("goal-filing.json", text => text.Replace("\\\"role\\\": \\\"UNIT\\\"", "\\\"role\\\": \\\"DEPT\\\"", StringComparison.Ordinal).Replace("\\u0022UNIT\\u0022", "\\u0022DEPT\\u0022", StringComparison.Ordinal)))));
        Assert.Equal(RefusalCodes.OtherDefinition, run.RefusalOf(To(run, Shipped.Monitoring)));
        Assert.Equal(RefusalCodes.SameVersion, run.RefusalOf(To(run, Shipped.GoalFiling)));
        var to = Edited("goal-filing.json", text => text);
        Assert.Equal(RefusalCodes.MovedOn, run.RefusalOf(new Act.Migrate(to, Facts.Of(("revision", 7L)))));
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Migrate(to, Facts.Empty)));

        var boxed = Workflow(Flow([Human("a"), Do("Sequence", "box", ("activities", List(Human("b"))))], "a -> box"));
        var flat = Workflow(Flow([Human("a"), Human("b")], "a -> b"));
        var inside = new CaseRun(boxed).Start().Complete("a", "Go");
        Assert.Equal(RefusalCodes.MigrateMissing, inside.RefusalOf(To(inside, flat)));
        var outside = new CaseRun(flat).Start().Complete("a", "Go");
        Assert.Equal(RefusalCodes.MigrateElsewhere, outside.RefusalOf(To(outside, boxed)));
    }

    [Fact]
    public void StepThatSomebodyElseDecides_IsHandedOutAnew_WhereTheOperatorSaysSo()
    {
        var to = Edited("goal-filing.json", text => text.Replace("FIN_SECTION", "FIN_LEADER", StringComparison.Ordinal));
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed).Complete("fill", "Submit").Complete("departmentReview", "Approve");
        var visit = run.Instance!.OpenVisits.Single();
        Assert.Equal(RefusalCodes.MigrateRole, run.RefusalOf(To(run, to)));
        var blocked = Assert.Single(Migration.Plan(run.Instance, to, MigrationChoices.Of(Facts.Empty)));
        Assert.Equal(("FIN_SECTION", "FIN_LEADER", false), (blocked.Was, blocked.Now, blocked.Anew));

        var moved = Accepted(run.Instance, Anew(run, to, "sectionReview"));
        Assert.Equal(new Effect.TaskClosed(visit.Visit, "migrated"), moved.Effects[0]);
        var opened = Assert.IsType<Effect.TaskOpened>(moved.Effects[1]);
        Assert.Equal(("sectionReview", "FIN_LEADER", visit.OpenedBy, visit.Returned, new Deadline.WorkingDays(5)), (opened.ActivityId, opened.Role, opened.OpenedBy, opened.Returned, opened.Deadline));
        Assert.Equal(2, moved.Effects.Count);
        Assert.Equal((run.Instance.Revision + 1, visit.Visit + 1), (moved.Instance.Revision, moved.Instance.OpenVisits.Single().Visit));

        var late = WorkflowEngine.Decide(to, moved.Instance, new Act.Complete(visit.Visit, Facts.Of(("outcome", "Approve"))), Shipped.Morning.AddDays(1));
        Assert.Equal(RefusalCodes.VisitClosed, Assert.IsType<Decision.Refused>(late).Code);
        var done = Accepted(Stored(moved.Instance), new Act.Complete(opened.Visit, Facts.Of(("outcome", "Approve"))));
        Assert.Equal("performanceReview", done.Instance.OpenVisits.Single().ActivityId);
        // The decision before can still be pulled back: it opens as it was, and the new task goes.
        var back = Accepted(Stored(moved.Instance), new Act.Withdraw(2, Facts.Of(("opened", false))));
        Assert.Equal("departmentReview", back.Instance.OpenVisits.Single().ActivityId);
    }

    [Fact]
    public void StepWithADueInstant_KeepsIt_WhenItIsHandedOutAnew()
    {
        var due = Shipped.Morning.AddDays(9);
        static WorkflowDefinition Of(string role) => Workflow(Flow([Step("look", "act", role, "f", """,{"input":"due"}""")]), ("due", "Object", null));
        var run = new CaseRun(Of("FIN_PERF")).Start(("due", due));
        var opened = Accepted(run.Instance!, Anew(run, Of("FIN_LEADER"), "look")).Effects.OfType<Effect.TaskOpened>().Single();
        Assert.Equal(new Deadline.At(due), opened.Deadline);
    }

    [Theory]
    [InlineData("review", "FIN_PERF", "f", RefusalCodes.MigrateKind)]
    [InlineData("act", "FIN_PERF", "g", RefusalCodes.MigrateForm)]
    [InlineData("review", "FIN_LEADER", "g", RefusalCodes.MigrateKind)]
    public void StepThatIsAnotherWork_StaysBlocked_WhateverIsChosen(string kind, string role, string form, string code)
    {
        var run = new CaseRun(Workflow(Flow([Step("look", "act", "FIN_PERF", "f")]))).Start();
        Assert.Equal(code, run.RefusalOf(Anew(run, Workflow(Flow([Step("look", kind, role, form)])), "look")));
    }

    private static JsonObject Step(string id, string kind, string role, string form, string? deadline = null)
    {
        var step = Human(id);
        step["payload"]!["expression"]!["value"] = $$"""{"kind":"{{kind}}","role":"{{role}}","form":"{{form}}","outcomes":["Go"]{{deadline?.Replace(",{", ",\"deadline\":{", StringComparison.Ordinal)}}}""";
        return step;
    }

    [Fact]
    public void BranchThatWaitsAtAJoin_KeepsItsPlace_OrBlocks()
    {
        var two = Workflow(Flow([Task("a"), Human("left"), Human("right"), Human("end").Merge("Merge")], "a -> left", "a -> right", "left -> end", "right -> end"));
        var run = new CaseRun(two).Start().Do(new Act.Complete(1, Facts.Empty)).Complete("left", "Go");
        var more = Workflow(Flow(
            [Human("late"), Task("a"), Human("left"), Human("right"), Human("end").Merge("Merge")], "a -> left", "a -> right", "left -> end", "right -> end", "end -> late"));
        var moved = Accepted(run.Instance!, To(run, more)).Instance;
        var after = Accepted(moved, new Act.Complete(moved.OpenVisits.Single().Visit, Facts.Of(("outcome", "Go"))));
        Assert.Equal("end", after.Instance.OpenVisits.Single().ActivityId);

        var without = Workflow(Flow([Task("a"), Human("right"), Human("end").Merge("Merge")], "a -> right", "right -> end"));
        Assert.Equal(RefusalCodes.MigrateJoin, run.RefusalOf(To(run, without)));
    }

    [Fact]
    public void SequenceLoopAndVariable_GoOnWhereTheyWere()
    {
        static WorkflowDefinition Rounds(params JsonObject[] before) => Workflow(
            Do("Sequence", "all", ("activities", List([.. before, Human("first"), Do("ForEach", "each", ("items", Js("['a', 'b']")), ("body", Human("inner"))), Set("n", "getN() + 1"), Human("last")]))),
            ("n", "Int32", "4"));
        var (before, after) = (Rounds(), Rounds(Human("zero")));
        var run = new CaseRun(before).Start().Complete("first", "Go").Complete("inner", "Go");

        var moved = Accepted(run.Instance!, To(run, after)).Instance;
        Assert.Equal("inner", moved.OpenVisits.Single().ActivityId);
        moved = Accepted(Stored(moved), new Act.Complete(moved.OpenVisits.Single().Visit, Facts.Of(("outcome", "Go")))).Instance;
        Assert.Equal(("last", 5L), (moved.OpenVisits.Single().ActivityId, moved.Variables["n"]));
        Assert.Equal(InstanceStatus.Finished, Accepted(moved, new Act.Complete(moved.OpenVisits.Single().Visit, Facts.Of(("outcome", "Go")))).Instance.Status);
    }

    [Fact]
    public void FailedCase_GoesToTheVersionThatMendsIt_AndRunsOn()
    {
        static WorkflowDefinition Counting(string script) => Workflow(
            Flow([Human("a"), Do("SetVariable", "count", ("variable", new JsonObject { ["id"] = "n" }), ("value", Js(script))), Human("b")], "a -> count", "count -> b"), ("n", "Object", null));
        var run = new CaseRun(Counting("getN().y.z")).Start().Complete("a", "Go");
        Assert.Equal(InstanceStatus.Faulted, run.Instance!.Status);

        var moved = Accepted(run.Instance, To(run, Counting("1"))).Instance;
        Assert.Equal((InstanceStatus.Faulted, 1), (moved.Status, moved.Incidents.Count));
        Assert.Equal("b", Accepted(Stored(moved), new Act.Retry(Facts.Empty)).Instance.OpenVisits.Single().ActivityId);
    }

    [Fact]
    public void TimerOfAnotherName_IsSetAnew_WithItsInstant()
    {
        var run = new CaseRun(Shipped.Load("spot-check.json")).Start(("due", Shipped.Morning.AddDays(9))).Complete("evidence", "Submit").Complete("score", "Submit")
            .Complete("verify", "Approve", ("answerDue", Shipped.Morning.AddDays(30)));
        var timer = run.Instance!.OpenVisits.Single(open => open.Kind == "timer");
        var to = Edited("spot-check.json", text => text.Replace("\"silence\"", "\"quiet\"", StringComparison.Ordinal));

        var moved = Accepted(run.Instance, To(run, to, ("silence", "quiet")));
        Assert.Equal([new Effect.TimerCancelled(timer.Visit, "silence"), new Effect.TimerSet(timer.Visit, "quiet", timer.Due!)], moved.Effects);
        var ended = WorkflowEngine.Decide(to, moved.Instance, new Act.FireTimer(timer.Visit, "quiet"), Shipped.Morning.AddDays(30));
        Assert.Equal(InstanceStatus.Finished, Assert.IsType<Decision.Accepted>(ended).Instance.Status);
    }

    /// <summary>The second versions of workflows/ have their race in a flowchart of its own: who stands at it stays where he is.</summary>
    [Fact]
    public void FirstVersionToTheSecond_IsBlockedAtTheRaceOnly()
    {
        var first = Shipped.Load(Path.Combine(AppContext.BaseDirectory, "Histories", "Definitions", "spot-check-1.json"));
        var run = new CaseRun(first).Start(("due", Shipped.Morning.AddDays(9))).Complete("evidence", "Submit").Complete("score", "Submit");
        var until = Facts.Of(("outcome", "Approve"), ("answerDue", Shipped.Morning.AddDays(30)));

        var moved = Accepted(Stored(Accepted(run.Instance!, To(run, Shipped.SpotCheck)).Instance), new Act.Complete(3, until)).Instance;
        Assert.Equal(["objection", "silence"], moved.OpenVisits.Select(open => open.ActivityId));

        run.Do(new Act.Complete(3, until));
        Assert.Equal(RefusalCodes.MigrateElsewhere, run.RefusalOf(To(run, Shipped.SpotCheck)));
        run.Complete("objection", "Submit");
        Assert.Equal("settle", Assert.Single(Accepted(run.Instance!, To(run, Shipped.SpotCheck)).Instance.OpenVisits).ActivityId);
    }

    /// <summary>A notice that is collecting goes over with its timer, and the instant that it was given.</summary>
    [Fact]
    public void NoticeThatIsCollecting_KeepsItsEnd()
    {
        var first = Shipped.Load(Path.Combine(AppContext.BaseDirectory, "Histories", "Definitions", "notice-1.json"));
        var due = Shipped.Morning.AddDays(20);
        var run = new CaseRun(first).Start().Complete("draft", "Submit").Complete("sign", "Approve")
            .Complete("issue", "Issue", ("opens", "goal-filing"), ("due", due), ("targets", new object?[] { Facts.Of(("unit", "u1")) }));

        var moved = Stored(Accepted(run.Instance!, To(run, Shipped.Notice)).Instance);
        var collecting = Assert.Single(moved.OpenVisits);
        Assert.Equal(("collecting", new Deadline.At(due)), (collecting.ActivityId, collecting.Due));
        var closing = Assert.IsType<Decision.Accepted>(WorkflowEngine.Decide(Shipped.Notice, moved, new Act.FireTimer(collecting.Visit, "collecting"), due));
        Assert.Equal("close", Assert.Single(closing.Instance.OpenVisits).ActivityId);
    }

    /// <summary>From anywhere in any shipped definition to a version that only says more: the case then answers every act as it would have done.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void VersionThatDiffersInWordsOnly_ChangesNoDecision(string file)
    {
        var definition = Shipped.Load(file);
        var to = Edited(file, text => text);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(100), Prop.ForAll<byte[]>(script =>
        {
            var acts = new ActScript(script);
            var run = new CaseRun(definition);
            while (acts.Next(run) is { } act)
            {
                if (run.TryDo(act) is not null || run.Instance is not { Status: InstanceStatus.Running } at)
                    continue;
                var moved = Accepted(at, To(run, to)).Instance;
                Assert.Equal(at.OpenVisits, moved.OpenVisits);
                foreach (var open in at.OpenVisits)
                {
                    foreach (var outcome in LegalActs.Outcomes(at, open.Visit))
                    {
                        var next = new Act.Complete(open.Visit, Facts.Of(("outcome", outcome), ("due", run.Now.AddDays(3)), ("answerDue", run.Now.AddDays(3))));
                        var (here, there) = (WorkflowEngine.Decide(definition, at, next, run.Now), WorkflowEngine.Decide(to, Stored(moved), next, run.Now));
                        Assert.Equal(Told(here), Told(there));
                    }
                }
            }
        }));
    }

    private static string Told(Decision decision) => decision switch
    {
        Decision.Refused refused => refused.Code,
        Decision.Accepted accepted => string.Join('\n', accepted.Effects.Select(effect => effect is Effect.TaskOpened opened ? $"{opened.Visit} {opened.ActivityId} {opened.Returned} {opened.Deadline} {string.Join(' ', opened.Outcomes)}" : effect.ToString())) + accepted.Instance.Status,
        _ => "",
    };

    private static Decision.Accepted Accepted(Instance at, Act act)
    {
        var decision = WorkflowEngine.Decide(at.Definition, at, act, Shipped.Morning.AddDays(1));
        return decision as Decision.Accepted ?? throw new InvalidOperationException(decision.ToString());
    }

    /// <summary>As it comes back from the database.</summary>
    private static Instance Stored(Instance instance) => InstanceCodec.Read(instance.Definition, InstanceCodec.Write(instance));

    private static Act.Migrate To(CaseRun run, WorkflowDefinition to, params (string, object?)[] map) => new(to, Facts.Of(("revision", (long)run.Instance!.Revision), ("map", Facts.Of(map))));

    private static Act.Migrate Anew(CaseRun run, WorkflowDefinition to, params string[] steps) =>
        new(to, Facts.Of(("revision", (long)run.Instance!.Revision), ("map", Facts.Empty), ("anew", steps.ToArray<object?>())));

    private static WorkflowDefinition Edited(string file, Func<string, string> change)
    {
        var node = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Shipped.Folder, file)))!;
        node["version"] = 2;
        node["description"] = "anew";
        return Read(change(node.ToJsonString()));
    }

    private static WorkflowDefinition Read(string json)
    {
        var load = DefinitionLoader.Load("test.json", Encoding.UTF8.GetBytes(json));
        return load.Definition ?? throw new InvalidOperationException(string.Join('\n', load.Errors));
    }
}
