using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Filing;

public class GoalFilingRoute
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static CaseRun Case(bool department = false, bool performance = false) => new CaseRun(Shipped.GoalFiling)
        .Start(("due", Due), ("needsDepartment", department), ("needsPerformanceReview", performance));

    [Fact]
    public void Started_OpensFillingWithTheDueInstantOfTheInput()
    {
        var run = Case();

        var task = run.The<Effect.TaskOpened>();
        Assert.Equal("1:fill", run.Open);
        Assert.Equal(("fill", "UNIT", "goal-filing", false, 0), (task.Kind, task.Role, task.Form, task.Returned, task.OpenedBy));
        Assert.Equal(new Deadline.At(Due), task.Deadline);
        Assert.Equal(["Submit"], task.Outcomes);
    }

    [Fact]
    public void StartedWithoutDue_IsRefused()
    {
        var run = new CaseRun(Shipped.GoalFiling);

        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Start(Facts.Empty)));
        Assert.Null(run.Instance);
    }

    [Fact]
    public void UnitThatIsTheDepartment_GoesToTheSectionAtOnce()
    {
        var run = Case().Complete("fill", "Submit");

        Assert.Equal("2:sectionReview", run.Open);
        Assert.Equal(new Deadline.WorkingDays(5), run.The<Effect.TaskOpened>().Deadline);
        Assert.Equal(["Approve", "Return"], run.The<Effect.TaskOpened>().Outcomes);
        Assert.Equal(new Effect.TaskClosed(1, "completed"), run.Effects[0]);
    }

    [Fact]
    public void ReturnToDepartmentWithoutDepartment_IsNotOffered()
    {
        var run = Case().Complete("fill", "Submit");

        Assert.Equal(RefusalCodes.UnknownOutcome, run.RefusalOf(new Act.Complete(2, Facts.Of(("outcome", "ReturnToDepartment")))));
        Assert.Equal(["Approve", "Return"], LegalActs.Outcomes(run.Instance!, 2));
    }

    [Fact]
    public void ApprovedBySection_Finishes()
    {
        var run = Case().Complete("fill", "Submit").Complete("sectionReview", "Approve");

        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
        Assert.Equal(new Effect.CaseEnded(InstanceStatus.Finished, "Approve"), run.Effects[^1]);
        Assert.Equal("", run.Open);
    }

    [Fact]
    public void WholeRoute_GoesThroughDepartmentSectionAndPerformance()
    {
        var run = Case(department: true, performance: true).Complete("fill", "Submit");

        Assert.Equal("2:departmentReview", run.Open);
        Assert.Equal("3:sectionReview", run.Complete("departmentReview", "Approve").Open);
        Assert.Equal("4:performanceReview", run.Complete("sectionReview", "Approve").Open);
        Assert.Equal(InstanceStatus.Finished, run.Complete("performanceReview", "Approve").Instance!.Status);
    }

    [Theory]
    [InlineData("departmentReview", "Return", "fill")]
    [InlineData("sectionReview", "Return", "fill")]
    [InlineData("sectionReview", "ReturnToDepartment", "departmentReview")]
    [InlineData("performanceReview", "Return", "fill")]
    [InlineData("performanceReview", "ReturnToSection", "sectionReview")]
    public void Returned_GoesBackMarkedAndFinishesAfterAnotherRound(string reviewer, string outcome, string target)
    {
        var run = Case(department: true, performance: true);
        Forward(run, reviewer);
        var due = Due.AddDays(10);

        run.Complete(reviewer, outcome, ("due", due));

        var task = run.The<Effect.TaskOpened>();
        Assert.Equal((target, true), (task.ActivityId, task.Returned));
        if (target == "fill")
            Assert.Equal(new Deadline.At(due), task.Deadline);
        Forward(run, "");
        Assert.Equal(InstanceStatus.Finished, run.Instance!.Status);
    }

    [Fact]
    public void ReturnedToTheUnitWithoutNewDue_IsRefused()
    {
        var run = Case().Complete("fill", "Submit");

        Assert.Equal(RefusalCodes.MissingFact, run.RefusalOf(new Act.Complete(2, Facts.Of(("outcome", "Return")))));
        Assert.Equal("2:sectionReview", run.Open);
    }

    [Fact]
    public void CompletedTwice_IsToldThatTheVisitIsClosed()
    {
        var run = Case().Complete("fill", "Submit");

        Assert.Equal(RefusalCodes.VisitClosed, run.RefusalOf(new Act.Complete(1, Facts.Of(("outcome", "Submit")))));
    }

    [Fact]
    public void StoredCase_StaysSmall()
    {
        var run = Case(department: true, performance: true);
        Forward(run, "performanceReview");

        Assert.InRange(InstanceCodec.Write(run.Instance!).Length, 1, 120);
    }

    /// <summary>Approves until the activity is open, or to the end.</summary>
    private static void Forward(CaseRun run, string until)
    {
        while (run.Instance!.Status == InstanceStatus.Running && run.Instance.OpenVisits[0].ActivityId != until)
        {
            var open = run.Instance.OpenVisits[0];
            run.Complete(open.ActivityId, open.Kind == "fill" ? "Submit" : "Approve");
        }
    }
}
