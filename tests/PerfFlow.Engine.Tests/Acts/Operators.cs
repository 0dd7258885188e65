using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Tests.Activities;
using static PerfFlow.Engine.Tests.Activities.Draw;

namespace PerfFlow.Engine.Tests.Acts;

/// <summary>What an operator may do to a case that took a wrong turn or failed: skip, move, cancel, retry.</summary>
public class Operators
{
    private static readonly Facts Due = Facts.Of(("due", Shipped.Morning.AddDays(9)));

    private static readonly (string, object?)[] Filed = [("due", Shipped.Morning.AddDays(9)), ("needsDepartment", true), ("needsPerformanceReview", true)];

    [Fact]
    public void EveryStepOfAFiling_IsReachedByAMove_FromEveryOther()
    {
        var steps = Shipped.GoalFiling.HumanSteps.Select(step => step.ActivityId).ToList();
        foreach (var from in steps)
        {
            foreach (var to in steps.Where(step => step != from))
            {
                var run = new CaseRun(Shipped.GoalFiling).Start(Filed);
                if (from != "fill")
                    run.Do(new Act.Move(from, Due));
                var before = run.Instance!.OpenVisits.Single();

                run.Do(new Act.Move(to, Due));

                Assert.Equal((to, before.Visit + 1), (run.Instance!.OpenVisits.Single().ActivityId, run.Instance.LastVisit));
                Assert.Equal(new Effect.TaskClosed(before.Visit, "moved"), run.The<Effect.TaskClosed>());
                Assert.Equal(RefusalCodes.StepOpen, run.RefusalOf(new Act.Move(to, Facts.Empty)));
            }
        }
    }

    [Fact]
    public void MovedCase_GoesOnAsTheDefinitionSays()
    {
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed).Complete("fill", "Submit").Do(new Act.Move("performanceReview", Facts.Empty)).Complete("performanceReview", "Approve");

        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void BranchOfAFork_IsEnteredWithItsTimer()
    {
        var run = new CaseRun(Shipped.Load("spot-check.json")).Start(("due", Shipped.Morning.AddDays(9)));
        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Move("objection", Facts.Empty)));

        var until = Facts.Of(("answerDue", Shipped.Morning.AddDays(5)));
        Assert.Equal(RefusalCodes.StepFails, run.RefusalOf(new Act.Move("objection", until)));

        run.Do(new Act.Move("objection", until.With(Act.Variables, Facts.Of(("decision", until)))));

        Assert.Equal(["fill", "timer"], run.Instance!.OpenVisits.Select(open => open.Kind).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void StepBeforeAJoinOfAnotherBranch_IsNoTarget()
    {
        var definition = Workflow(Flow([Task("a"), Human("left"), Human("right"), Task("join").Merge("Merge"), Human("end")], "a -> left", "a -> right", "left -> join", "right -> join", "join -> end"));
        var run = new CaseRun(definition).Start();

        Assert.Equal([("left", RefusalCodes.StepJoins), ("right", RefusalCodes.StepJoins), ("end", null)], LegalActs.MoveTargets(run.Instance!).Select(t => (t.Name, t.RefusalCode)));
        Assert.Equal(RefusalCodes.StepJoins, run.RefusalOf(new Act.Move("left", Facts.Empty)));
        run.Do(new Act.Move("end", Facts.Empty));
        Assert.Equal("2:end", run.Open);
    }

    [Fact]
    public void Skip_LeadsOn_NeverBack_AndNothingToFillIsSkipped()
    {
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed);
        Assert.Equal(RefusalCodes.ActNotAllowed, run.RefusalOf(new Act.Skip(1, Facts.Of(("outcome", "Submit")))));
        run.Complete("fill", "Submit");
        Assert.Equal(["Approve"], LegalActs.SkipOutcomes(run.Instance!, 2));
        Assert.Equal(RefusalCodes.UnknownOutcome, run.RefusalOf(new Act.Skip(2, Facts.Of(("outcome", "Return"), ("due", Shipped.Morning.AddDays(20))))));

        run.Do(new Act.Skip(2, Facts.Of(("outcome", "Approve"))));

        Assert.Equal("3:sectionReview", run.Open);
        Assert.Equal(new Effect.TaskClosed(2, "skipped"), run.The<Effect.TaskClosed>());
        Assert.Equal("visit-closed", run.RefusalOf(new Act.Skip(2, Facts.Of(("outcome", "Approve")))));
    }

    [Fact]
    public void CancelledCase_IsOver()
    {
        var run = new CaseRun(Shipped.GoalFiling).Start(Filed).Do(new Act.Cancel(Facts.Empty));

        Assert.Equal((InstanceStatus.Cancelled, "cancelled"), (run.Instance!.Status, run.The<Effect.TaskClosed>().Why));
        foreach (var act in (Act[])[new Act.Cancel(Facts.Empty), new Act.Move("fill", Facts.Empty), new Act.Retry(Facts.Empty), new Act.Reopen(Facts.Empty)])
            Assert.Equal(RefusalCodes.AlreadyFinished, run.RefusalOf(act));
    }

    [Fact]
    public void FailedExpression_KeepsTheCase_AndRunsAgainWithAnotherValue()
    {
        var run = Failed();
        Assert.Equal(("measure", InstanceStatus.Faulted), (run.Instance!.Incidents.Single().ActivityId, run.Instance.Status));
        Assert.Equal(RefusalCodes.Faulted, run.RefusalOf(new Act.Complete(1, Facts.Empty)));
        Assert.Equal(RefusalCodes.UnknownVariable, run.RefusalOf(new Act.Retry(Facts.Of((Act.Variables, Facts.Of(("nothing", "x")))))));

        run.Do(new Act.Retry(Facts.Empty));
        Assert.Equal((InstanceStatus.Faulted, 2), (run.Instance!.Status, run.Instance.Incidents.Count));

        run.Do(new Act.Retry(Facts.Of((Act.Variables, Facts.Of(("word", Facts.Of(("length", Facts.Of(("size", Facts.Of(("of", 3L))))))))))));
        Assert.Equal((InstanceStatus.Running, "2:after"), (run.Instance!.Status, run.Open));
    }

    [Fact]
    public void FailedCase_CanBeMovedOrCancelled()
    {
        var moved = Failed().Do(new Act.Move("after", Facts.Empty));
        Assert.Equal((InstanceStatus.Running, "2:after"), (moved.Instance!.Status, moved.Open));
        moved.Complete("after", "Go");
        Assert.Equal(InstanceStatus.Finished, moved.Instance!.Status);

        Assert.Equal(InstanceStatus.Cancelled, Failed().Do(new Act.Cancel(Facts.Empty)).Instance!.Status);
    }

    [Fact]
    public void LoopThatFailsBetweenItsRounds_CannotRunAgain_AndIsCancelled()
    {
        var ask = Task("ask");
        ask["result"] = new System.Text.Json.Nodes.JsonObject { ["typeName"] = "Object", ["memoryReference"] = new System.Text.Json.Nodes.JsonObject { ["id"] = "said" } };
        var run = new CaseRun(Workflow(Do("While", "loop", ("condition", Js("getSaid() === null || getSaid().size.of > 1")), ("body", ask)), ("said", "Object", null))).Start();
        Assert.Equal(RefusalCodes.NotFaulted, run.RefusalOf(new Act.Retry(Facts.Empty)));

        run.Do(new Act.Complete(1, Facts.Of(("word", "x"))));
        Assert.Equal((InstanceStatus.Faulted, ""), (run.Instance!.Status, run.Open));

        Assert.Equal(RefusalCodes.NotRetryable, run.RefusalOf(new Act.Retry(Facts.Empty)));
        Assert.Equal(InstanceStatus.Cancelled, run.Do(new Act.Cancel(Facts.Empty)).Instance!.Status);
    }

    private static CaseRun Failed() => new CaseRun(Workflow(
        Flow([Task("first"), Do("SetVariable", "measure", ("variable", new System.Text.Json.Nodes.JsonObject { ["id"] = "n" }), ("value", Js("getWord().length.size.of"))), Human("after")], "first -> measure", "measure -> after"),
        ("word", "Object", null), ("n", "Object", null))).Start().Do(new Act.Complete(1, Facts.Empty));

    internal static System.Text.Json.Nodes.JsonObject Human(string id) => Do(
        "RunTask",
        id,
        ("taskName", id),
        ("payload", new System.Text.Json.Nodes.JsonObject
        {
            ["typeName"] = "ObjectDictionary",
            ["expression"] = new System.Text.Json.Nodes.JsonObject { ["type"] = "Object", ["value"] = """{"kind":"act","role":"FIN_PERF","form":"f","outcomes":["Go"]}""" },
        }));
}
