using PerfFlow.Platform.Appraisals;
using PerfFlow.Platform.SpotChecks;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using PerfFlow.Tests.SpotChecks;
using Xunit;

namespace PerfFlow.Tests.Appraisals;

/// <summary>The forms of evaluations and spot checks, step by step as each person sees them, wide and narrow; checked with axe and for sideways scrolling.</summary>
public sealed class ScreensOfAppraisals(PostgresServer postgres, Browser browser)
{
    [Fact]
    public async Task SpotCheck_ReadsWellWideAndNarrow()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "spot-check");
        var page = $"/filings/{desk.CaseId}";
        await desk.SaveAsync("school", CheckingOnTheSpot.Evidenced, "evidence");
        await ShootAsync(desk, "school", (page, "spot-evidence"));
        await desk.FileAsync("school", CheckingOnTheSpot.Evidenced, "evidence");
        await desk.SaveAsync("culture", CheckingOnTheSpot.ScoredAgain);
        await ShootAsync(desk, "culture", (page, "spot-score"), ($"{page}#send-back", "spot-send-back"), ($"/filings/import?case={desk.CaseId}", "spot-workbook"));
        await ShootAsync(desk, "school", (page, "spot-hidden"));
        await desk.FileAsync("culture", CheckingOnTheSpot.ScoredAgain);
        await ShootAsync(desk, "performance", ($"/reviews/{desk.CaseId}", "spot-verify"));
        await desk.DecidedAsync("performance", "Approve");
        await ShootAsync(desk, "school", (page, "spot-objection"));
        await desk.FileAsync("school", form => CheckingOnTheSpot.Row(form, SpotCheckObjection.Table, 1, r => r.With("asked", "38").With("said", "签收记录已补充。")), "evidence");
        await ShootAsync(desk, "performance", (page, "spot-settle"), ("/spot-checks", "spot-list"));
        await ShootAsync(desk, "school", ($"{page}", "spot-read"));
    }

    [Fact]
    public async Task Evaluations_ReadWellWideAndNarrow()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "finance-evaluation");
        var page = $"/filings/{desk.CaseId}";
        await desk.SaveAsync("performance", EvaluatingByTheBureau.Planned);
        await ShootAsync(desk, "performance", (page, "finance-plan"));
        await desk.FileAsync("performance", EvaluatingByTheBureau.Planned);
        await desk.DecidedAsync("leader", "Approve");
        await ShootAsync(desk, "performance", (page, "finance-commission"));
        await desk.FileAsync("performance", form => EvaluatingByTheBureau.Commissioned(form, "青田某某会计师事务所"));
        await desk.SaveAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
        await ShootAsync(desk, "performance", (page, "finance-draft"));
        await desk.FileAsync("performance", form => EvaluatingByTheDepartment.Scored(form, 12), "report");
        await ShootAsync(desk, "education", (page, "finance-opinion"));
        await desk.FileAsync("education", form => EvaluatingByTheBureau.Stance(form, "object", "合同已约定按考核付款。"));
        await ShootAsync(desk, "performance", (page, "finance-final"), ("/finance-evaluations", "finance-list"));
    }

    [Fact]
    public async Task DepartmentEvaluations_ReadWellWideAndNarrow()
    {
        await using var desk = await AppraisalDesk.OpenAsync(postgres, "department-evaluation");
        await ShootAsync(desk, "farm", ("/department-evaluations", "department-list-empty"));
        await desk.FileAsync("education", EvaluatingByTheDepartment.Planned);
        await desk.DecidedAsync("culture", "Approve");
        await desk.FileAsync("education", form => EvaluatingByTheDepartment.Scored(form, 12.5m), "report");
        await desk.DecidedAsync("performance", "Approve");
        await AppraisalDesk.StartAsync(desk.Office, "department-evaluation", desk.CaseId, desk.County.HealthProject);
        await ShootAsync(desk, "performance", ("/department-evaluations", "department-list"));
        await ShootAsync(desk, "education", ("/department-evaluations?state=open", "department-list-none"));
    }

    private Task ShootAsync(AppraisalDesk desk, string person, params (string Path, string Name)[] shots) =>
        Screens.LookAsync(browser, desk.App.Address, desk.County.UserNameOf(person), desk.County.PasswordOf(person), shots);
}
