namespace PerfFlow.Platform.Ui.Components;

/// <summary>What a status says about a case. Each has a shape, a letter and a colour; the pictures are in css/parts.css.</summary>
public enum Mark
{
    /// <summary>待审: a reviewer holds it. Blue square, 审.</summary>
    Wait,

    /// <summary>退回: back with the filler. Brown diamond, 退.</summary>
    Back,

    /// <summary>逾期: past its due day. Red triangle, 逾.</summary>
    Late,

    /// <summary>通过, 办结: ends well. Green disc, 通.</summary>
    Pass,

    /// <summary>待填, 草稿: being filled in. Half disc, 填.</summary>
    Edit,

    /// <summary>准予延期. Violet ring, 延.</summary>
    Ext,

    /// <summary>整改中. Teal hexagon, 改.</summary>
    Fix,

    /// <summary>未到, 免报, 作废. Dash, 免.</summary>
    None,
}

/// <summary>The class and the letter of a mark.</summary>
public static class Marks
{
    public static string Class(this Mark mark) => mark switch
    {
        Mark.Wait => "s-wait",
        Mark.Back => "s-back",
        Mark.Late => "s-late",
        Mark.Pass => "s-pass",
        Mark.Edit => "s-edit",
        Mark.Ext => "s-ext",
        Mark.Fix => "s-fix",
        _ => "s-none",
    };

    public static string Letter(this Mark mark, Texts texts) => texts["ui.mark." + mark.Class()[2..]];
}
