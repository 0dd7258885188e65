namespace PerfFlow.Platform.Access;

/// <summary>What a person may be allowed to do. Who lacks it is told by the text <c>refusal.&lt;code&gt;</c>.</summary>
public enum Right
{
    /// <summary>See the thing, open it, export it, find it, download its files.</summary>
    See,

    /// <summary>See what is not yet filed (V4).</summary>
    SeeDraft,

    /// <summary>Fill in, import, file, withdraw.</summary>
    Fill,

    /// <summary>Hand open items of one's unit to a colleague (T12).</summary>
    Reassign,

    ReviewAsDepartment,

    ReviewAsSection,

    ReviewAsPerformance,

    /// <summary>Write, amend, recall and number a notice, issue it.</summary>
    ManageNotices,

    SignNotices,

    /// <summary>催办.</summary>
    Nudge,

    /// <summary>延期.</summary>
    Extend,

    /// <summary>免报.</summary>
    Waive,

    /// <summary>作废.</summary>
    Void,

    /// <summary>取消审核 (T9).</summary>
    Reopen,

    /// <summary>下达整改 from an ended case; 认定拒不整改.</summary>
    OrderRectification,

    /// <summary>提出结果应用.</summary>
    ProposeResult,

    ImportProjects,

    ManageOrganisation,

    ManageAccounts,

    GrantRoles,

    /// <summary>离职交接: posts, reserved tasks and delegations of a leaver to somebody else.</summary>
    HandOverLeavers,

    /// <summary>Rules, calendars, the reminder ladder.</summary>
    ManageParameters,

    /// <summary>Undelivered messages, webhooks.</summary>
    ManageDelivery,

    ReadSecurityLog,

    /// <summary>流程运维: move, skip, cancel, retry, migrate to another version of the definition.</summary>
    OperateCases,

    /// <summary>流程定义: read, compare and publish versions for the region.</summary>
    PublishDefinitions,

    /// <summary>事项查询 over all that one sees.</summary>
    SearchCases,
}

internal static class Rights
{
    /// <summary>right-manage-notices: the text under it names the right and who grants it.</summary>
    public static string RefusalCode(Right right)
    {
        var code = new System.Text.StringBuilder("right");
        foreach (var letter in right.ToString())
        {
            if (char.IsAsciiLetterUpper(letter))
            {
                code.Append('-');
            }

            code.Append(char.ToLowerInvariant(letter));
        }

        return code.ToString();
    }
}
