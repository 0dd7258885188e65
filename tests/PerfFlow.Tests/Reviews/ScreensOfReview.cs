using PerfFlow.Platform.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Reviews;

/// <summary>Pages as a person sees them, wide and narrow, into artifacts/screens; checked with axe and for sideways scrolling.</summary>
public sealed class ScreensOfReview(PostgresServer postgres, Browser browser)
{
    [Fact]
    public async Task PagesOfAReviewersDay_ReadWellWideAndNarrow()
    {
        await using var office = await ReviewOffice.OpenAsync(postgres);
        var county = office.County;
        await office.FileAsync("school", county.SchoolProject);
        await office.DecideAsync("education", county.SchoolProject, "Approve");
        await office.DecideAsync("culture", county.SchoolProject, "Return", new CommentDraft("indicators[6]", "XH05", "请结合近三年监测数据核实覆盖率。"), new CommentDraft("goal.annual", "XH01", "请写明可衡量的结果。"));
        await office.FileAsync("school", county.SchoolProject, ReviewOffice.Mended, "disputed");
        if ((await office.CaseAsync(county.SchoolProject)).Role == "DEPT")
        {
            await office.DecideAsync("education", county.SchoolProject, "Approve");
        }

        await office.FileAsync("health", county.HealthProject, ReviewingAFiling.Smaller);
        await office.FileAsync("farm", county.FarmProject, f => ReviewingAFiling.Smaller(f) with { Annual = new(300m, 300m, 0m), Costs = [new("1", "管护费", null, "", null, 300m, "按面积")] });
        await office.DecideAsync("farmSection", county.FarmProject, "Return", new CommentDraft("costs", "SD01", "请细化测算明细，列明面积和单价。"));
        var about = await office.CaseAsync(county.SchoolProject);
        (string Person, string Path, string Name)[] shots =
        [
            ("culture", "/", "workbench-reviewer"),
            ("farm", "/", "workbench-filler"),
            ("performance", "/", "workbench-bureau"),
            ("culture", "/tasks", "inbox"),
            ("performance", "/tasks?scope=all", "inbox-all"),
            ("farm", "/tasks", "inbox-filler"),
            ("culture", "/tasks?round=3", "inbox-no-hits"),
            ("culture", "/tasks/done", "done"),
            ("culture", "/search?q=%E5%81%A5%E5%BA%B7", "search"),
            ("culture", $"/reviews/{about.CaseId}", "review"),
            ("culture", $"/reviews/{about.CaseId}?view=side", "review-side"),
            ("culture", $"/reviews/{about.CaseId}?view=plain", "review-plain"),
            ("culture", $"/reviews/{about.CaseId}?tab=trail", "review-trail"),
            ("culture", $"/reviews/{about.CaseId}?tab=rounds", "review-rounds"),
            ("culture", $"/reviews/{about.CaseId}#return-dialog", "review-return"),
            ("school", $"/reviews/{about.CaseId}", "review-reader"),
        ];
        foreach (var person in shots.GroupBy(s => s.Person))
        {
            await Screens.LookAsync(browser, office.App.Address, county.UserNameOf(person.Key), county.PasswordOf(person.Key), person.Select(s => (s.Path, s.Name)));
        }
    }
}
