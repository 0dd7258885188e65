using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>What the platform knows of a case's project before anything is typed.</summary>
public static class CaseFacts
{
    /// <summary>An empty form with year, project, unit and department, as far as the layout has fields for them.</summary>
    public static FormContent Of(FormLayout layout, FilingCase filing)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(filing);
        (string Path, string Text)[] facts =
        [
            ("fiscalYear", FormValue.Write(filing.Project.FiscalYear)),
            ("project.code", filing.Project.Code),
            ("project.name", filing.Project.Name),
            ("department.code", filing.Department.Code),
            ("department.name", filing.Department.Name),
            ("unit.code", filing.Unit.Code),
            ("unit.name", filing.Unit.Name),
        ];
        return facts.Where(f => layout.Field(f.Path) is not null).Aggregate(FormContent.Empty(layout), (form, fact) => form.With(fact.Path, fact.Text));
    }

    /// <summary>累计支付数 of the library, 万元; empty while nothing was imported.</summary>
    public static string Paid(Project project)
    {
        ArgumentNullException.ThrowIfNull(project);
        return project.PaidAsOf is null ? "" : FormValue.Write(project.Paid);
    }
}
