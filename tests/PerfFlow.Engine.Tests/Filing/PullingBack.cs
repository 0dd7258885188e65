using PerfFlow.Engine.Instances;

namespace PerfFlow.Engine.Tests.Filing;

public class PullingBack
{
    private static readonly DateTimeOffset Due = new(2026, 3, 31, 0, 0, 0, TimeSpan.FromHours(8));

    private static readonly Facts Unopened = Facts.Of(("opened", false));

    private static CaseRun Filled() => new CaseRun(Shipped.GoalFiling).Start(("due", Due), ("needsDepartment", true)).Complete("fill", "Submit");

    [Fact]
    public void SubmissionWithdrawn_OpensFillingAgainWithItsDueInstant()
    {
        var run = Filled().Do(new Act.Withdraw(1, Unopened));

        Assert.Equal("3:fill", run.Open);
        Assert.Equal(new Deadline.At(Due), run.The<Effect.TaskOpened>().Deadline);
        Assert.Equal("4:departmentReview", run.Complete("fill", "Submit").Open);
    }

    [Fact]
    public void WithdrawnWithoutSayingWhetherOpened_IsRefused() =>
        Assert.Equal(RefusalCodes.MissingFact, Filled().RefusalOf(new Act.Withdraw(1, Facts.Empty)));

    [Fact]
    public void SubmissionThatTheDepartmentPassedOn_CannotBeWithdrawnButThePassingCan()
    {
        var run = Filled().Complete("departmentReview", "Approve");

        Assert.Equal(RefusalCodes.AlreadyOpened, run.RefusalOf(new Act.Withdraw(1, Unopened)));
        Assert.Equal("4:departmentReview", run.Do(new Act.Withdraw(2, Unopened)).Open);
    }

    [Fact]
    public void WithdrawnTwice_IsRefused()
    {
        var run = Filled().Do(new Act.Withdraw(1, Unopened));

        Assert.NotNull(run.RefusalOf(new Act.Withdraw(1, Unopened)));
    }

    [Fact]
    public void ExtendedMeanwhile_CanStillBeWithdrawn() =>
        Assert.Equal("3:fill", Filled().Do(new Act.Extend(2, Due)).Do(new Act.Reassign(2, "u7")).Do(new Act.Withdraw(1, Unopened)).Open);

    [Fact]
    public void ReturnWithdrawn_ForgetsTheReturn()
    {
        var run = Filled().Complete("departmentReview", "Approve").Complete("sectionReview", "ReturnToDepartment");

        Assert.Equal("4:departmentReview*", run.Open);
        Assert.Equal("5:sectionReview", run.Do(new Act.Withdraw(3, Unopened)).Open);
        Assert.False((bool)run.Instance!.Variables["departmentPending"]!);
    }

    [Fact]
    public void FinishedCaseReopened_IsAtItsLastReviewAgain()
    {
        var run = Filled().Complete("departmentReview", "Approve").Complete("sectionReview", "Approve").Do(new Act.Reopen(Facts.Empty));

        Assert.Equal((InstanceStatus.Running, "4:sectionReview"), (run.Instance!.Status, run.Open));
        Assert.Equal(new Deadline.WorkingDays(5), run.The<Effect.TaskOpened>().Deadline);
        Assert.Equal(InstanceStatus.Finished, run.Complete("sectionReview", "Approve").Instance!.Status);
    }

    [Fact]
    public void Waived_OnlyBeforeAnythingWasSubmitted()
    {
        var fresh = new CaseRun(Shipped.GoalFiling).Start(("due", Due)).Do(new Act.Waive(Facts.Empty));

        Assert.Equal(InstanceStatus.Waived, fresh.Instance!.Status);
        Assert.Equal([new Effect.TaskClosed(1, "waived"), new Effect.CaseEnded(InstanceStatus.Waived, null)], fresh.Effects);
        Assert.Equal(RefusalCodes.AlreadySubmitted, Filled().RefusalOf(new Act.Waive(Facts.Empty)));
        Assert.Equal(RefusalCodes.AlreadySubmitted, Filled().Do(new Act.Withdraw(1, Unopened)).RefusalOf(new Act.Waive(Facts.Empty)));
    }
}
