using PerfFlow.Platform.Data;
using PerfFlow.Platform.Submissions;

namespace PerfFlow.Platform.Evaluations;

/// <summary>
/// The approved goals of a project as the first columns of a monitoring or evaluation form: shown where they are on the
/// platform, typed where they are not (goals approved on paper before it came).
/// </summary>
public static class ApprovedGoals
{
    /// <summary>The table in every form that follows the goals.</summary>
    public const string Table = "indicators";

    private static readonly string[] Level2 = ["11", "12", "13", "14", "21", "22", "23", "24", "31", "41", "42", "43"];

    /// <summary>一/二/三级指标, 指标性质, 年度指标值, 计量单位 and what else of a goal's row is named.</summary>
    public static IReadOnlyList<FieldSpec> Columns(params IReadOnlyList<string> more) =>
        [.. ((string[])["level1", "level2", "name", "operator", "value", "unit", .. more]).Select(Column)];

    /// <summary>The columns of <see cref="Columns"/> as the row's head.</summary>
    public static IReadOnlyList<string> Head { get; } = ["level1", "level2", "name", "operator", "value", "unit", "core"];

    /// <summary>年度总体目标.</summary>
    public static FieldSpec Goal { get; } = new("goal.annual", FormFieldKind.LongText, true) { Seeded = true };

    /// <summary>With goal and rows of the last approved goal filing, where there is one.</summary>
    /// <param name="content">The form that is being prefilled.</param>
    /// <param name="db">The database.</param>
    /// <param name="projectId">The project of the year.</param>
    /// <param name="ct">Cancels.</param>
    public static async Task<FormContent> IntoAsync(FormContent content, PlatformDb db, long projectId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (await ApprovedForms.LastAsync(db, projectId, GoalFiling.Instance, ct) is not { } goals)
        {
            return content;
        }

        var columns = content.Layout.Table(Table)!.Columns.Where(c => GoalFiling.Instance.Layout.Table(Table)!.Column(c.Path) is not null).Select(c => c.Path).ToHashSet(StringComparer.Ordinal);
        return content.With(Goal.Path, goals[Goal.Path])
            .WithRows(Table, [.. goals.Rows(Table).Select(r => new FormRow(r.Id, r.Texts.Where(t => columns.Contains(t.Key)).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal)))]);
    }

    /// <summary>A typed row that names only its second level gets the first.</summary>
    public static FormRow Levelled(FormRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row["level1"].Length == 0 && row["level2"].Length == 2 ? row.With("level1", row["level2"][..1]) : row;
    }

    private static FieldSpec Column(string path)
    {
        var spec = GoalFiling.Instance.Layout.Table(Table)!.Column(path)! with { Fact = true };
        return path switch
        {
            "level1" => spec with { Choices = ["1", "2", "3", "4"] },
            "level2" => spec with { Choices = Level2 },
            _ => spec,
        };
    }
}
