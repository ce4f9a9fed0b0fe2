"""What the judge of humps learnt: the weights of the network of `ecg.hump_evidence`.

`python -m tests.bench.hump_fit weights ecg/hump_weights.py` makes this file: a fit on both leads of the 24 MIT-BIH
records of the development half, clean and under recorded noise (what exactly: tests/bench/hump_examples.py). What
such a fit is worth on records that it has not seen stands in docs/BENCHMARKS.md.
"""

from base64 import b85decode
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@lru_cache
def judge_weights() -> NDArray[np.float64]:
    """All weights as `hump_evidence.log_odds` takes them, shape (n,)."""
    return np.frombuffer(b85decode("".join(_CODE)), "<f2").astype(np.float64)


_CODE = (
    "Au$^$4l8}Bo+GFveleXhAFrG?J}|j3hp%L_t*fFm%Psk*cA!VMHY+`_gSmyW7cJefH?&SLbg)P$$gXBFy)K6^i<2QP!YTzYs4(g<8md|}wke"
    "b;jH<A(3$zt4J25J)qpkS04K3iTIJhCMUo2QDHLRB|7^9gXF0aTkJu4R~pROz{|0WbQAus_egr>|d*eC)UT(A<X2(EjrU^D(LYNjc+EGtg3T"
    "(wcE!7RQlL#E0t2`Zv1$g#65b)qUQj<3-sA29beCn`=XSuJHI11U(YrY8BVXRv&&m@Ee-v#W))<to;$6tFHV3LtVYa-O9fk*8Y|tg!tp$}F5"
    "M)hBQw$tbEdvMC}XsV=)NZ<-z}_%d{`zMVWUuP@Q5fi2p!?;5?aWUB2Hlc72=pRj(TqA#E(Yp8uH9~G3Y6)Eg4ys0BGktlbpG$~!JsHDRq_A"
    "l<P{H%vCUN7XS+?ge@{H}(nU#)7XmoL03wXk<38!fyl;I0d;e=W<UIV@nSjV=={xGl%2;~yihKq-{0@G<<aBc*pOzBE&=^QU~HXt3KSyfE3W"
    "fG{JR#jU3&@-DWR{-!py+%adZ#V{K%elLzOek_Khs2)VHY##}*k1=SlSgsc|k1r0cr!a0Z8K|MLqc?Z47&ObO=CF&6%P12lbF53Z-Yaym<Sw"
    "5r`YsMI94J&U?5#<&keo=a<SDYU=c{HlODmYCM=gCc2(6m5GB`b?12P4#y{r+KnWoApbR^}r^{JYwb~1<{9UqV}GA$c07O}Uq{Ia&73b0AFf"
    "3kTrn6j}kkge`AwW!suU^HJcdNKJeK{Ph7{Vf2l6R#+<TCJ6=e=x`|FsV*5sx3D&FS3m>QM3s!Wv#umuq}u)Ah9tl4l)fis~Ik_mn|ALVx-7"
    "03pAgo{49VZWva@u@~NSurY)Q?lc<I>Sv0pZ@TfR7s<BtA(6Y0xx}>5sMXLoX95Glm3mqo1lQwxdNV1kQZzScWPAT9j+pI{e$EsZ{vZ^L1;i"
    "nTd<}Bbb10-rRmA2un1Fl)I(I^TvCm>BDMXxP3TC5<h8aVSfL$-1*->Z``A+c{PsIZJSg)*ixrm__>Se5-XUNloMt1fCb%C?WL2CK)f1g!2h"
    "JS_;Y39GO+f2)_W!Z^n?C$xep120xKoU*PZUZ!t2fh{&GH?{jThAikZI5bMEIxv4EFti-4+NsVgkgRw#Nhk%h*`r!CCnUqR7d7~^?4?;QRg;"
    "A@5wsO4L9;3~Zm__x;Ii+pc_SyO_bNiAK%@|_;<UIb2%_FL*|meU!Z9_nl`<qD3N+rZ%(9}o%r)pRmAJGmhpBii<D{sxps!)Gn=Ht%WvDo`M"
    "JpR51GTuS@w1jM!!Lg=7c`f)A2jByYcvy_$TVg!leOczu{mQeKfBN!si%H4qOhU12rv&Mt~7KoOE3_zk}`rTEwYRvB(VfAPbu}ZIyA$!`75i"
    "hJ2bH|xHBguFu1t5GdgrL2D6?mTQ7$-y0dGm3p2tp=raj3IWvx|A1G}h86R`3XRiJ%F|X0I%AotWM73(KdMWfUhA|JR*0|2J?l?#>k}UKprZ"
    "X@wSF&R<NH6>|t}Z()C^#=D0kQL{xh;#ZY!zXn?xd@w%C3&Phq7%fg(J@{pC#%j+q(a?OE{yow=s~eoHqTeFe$((aWl0uMlbX#$vA(s@U^We"
    "i>ZvXek<}W=rI+x|FI&w&$Eghkt@a~Gb|4*th<`Dgf_vpg((=ci8&0O+oZs#$}*oak1-i0JvM!`{I<d@aFBSn$)u(*YB038gtSV!9=1`fr<D"
    "=1T_|oTp}P*U|1NL1QaF3FdpiH9N~rIx(KY0)cr+QUy02#{1GStpv@Z;>p(-1$)h;x<O|rJMTC$TgAfQC4pRznGMYY_lk+K7@PdxIeQ#S&zd"
    "az6|061l{7d3mN54sGlW*(+3?K6BVQ7DJDOs}ZA>a342d?h?M7&R>+#<jhoy|GQIy|u$LCOyb3EHiW|%&`eHs<IoZmbQ%^jJoMHx2LG2F{FA"
    "o3$*z*4<b%EGchSM4y_6}PO3JzE+}j;i@El<#iv!UNjQ)(05)VWUa=pr^{d1!<+6z{bGl73=r{5+Ypa$rqqPDyXe<ys{520eCb;!B;k6tv;I"
    "H|o{WHKE?yya+0W{(|?WQ249JE)d*sXrB8m5)3X0rjb%r-?UNigd*BeYSm1vK3{GC7Sop*EDWqOgIqPA7LBb+sP0pe)ZY<g{ozIk)2<;Iu=t"
    "xwY`PN;GdRx-99mkTVx6PqNV~9j^d2eI+<LyEVWu@VKhEoiUiOS~EqfFt>KIC9dx^Z?WJvqq)GTjj|Q995h+EC^QiyyfA^Roj5Qs4JKEp7cA"
    "$qFf0YKJvQ+)T(1ng+BV}V>8V+&eJ3fF<hIc}owl_!^}28>Lb&lYTaCK42Cm?&nm80Mq&W#AT%r=N{He~WlrL+k6f%;q)~dR?>#LZqD=4<I5"
    "Shd#bF|SnW4NBT-M2<5QMI!yM={F{s4m<uAvi2F1Ulq26(^;%0I-C#?X8clJ+!tjy)yy1KeREX9wA?}Cp7XcQ?-^gG`BmtBCYi<4zY2w?I_h"
    "X@++Y$(>LBPPB^+S5+^vgnzf#_QmG)VaJ8B-k24XqG`Rh;+${RD^)<>X?WTRHtF^Pb!ZCa;PpBcaf-t@>d@pS-95#8dZ!xN{7chjl=CzTsH?"
    "8`$DYXu#LNev361T9og)LL7r8HG8NHK7*W3_>}fH6HR2C?s`)i7c$92mMD<1O&62C9m)L@6D(T(XBS05Zn6)U~R!GOIML0=3Av$0}5?2{dOc"
    "oi)9y__CI@aV?ZC{jDiAvne5^<Dsyofu{f}#;=1hKCmIR<FQCG05KM{KeH6HB(H5QRJ9AYQ7oacW;Rl<$}@_lVkF70C^Ka+!YJi1cCh`f2CR"
    "}TQz=3<x3kbTrLj7+La=Ky6fxPby0rSXUbKBM>ap;y!WjIobTqlMf-b8ip(~QH+A{(#YOs>Ag|v02+^^51mad*QTeIvpH?$k946@8J9I+X(c"
    "eY}-BC&TIaIi@#@~6_Qku6NKZY^srLoIKt`ZNtK6|FP1mY6{{aIoDi#kHF&tg9(Dq_8V9GOqM4k*_VWeYSnG!x>#Po3%DDupF(dvLVT^PA;*"
    "dbS6JBvNjYbKP@Y^_%PZrwJ$p^R<&@VCb7^nN*uN|I<xDmZ?Gz{u(heNTrDp+7_@pEp)GK-zqN$1(k#rd->Domt}nVWs;zgm+B5(#zA?KfHn"
    "AzRBd@@%Nu}yEVX<+sfw6+9<gs?L!8CI<IJL1WJ}t?ttF}rlRWHD*45}eE<tX+kl&uD@R5AXkUZ3kKB%=+vimbV|A}`@H*R75yTB3EXL9lPJ"
    "0WP{T!!A-Zqb4AyF1XRBaWvX6SFCC^1TgX@Fs(^4mo8MY(X>vfXt1TYYNepK4lP6=pROc0%r3UJgDgs^WU>e_|1;Gz9WN`eE4ZL6U^e72cCy"
    "Gf^DG=NHm++pkT&+TG!y2rWwwDWdoz5r^s|GjXsGxt?XQKhv@@%+a5N0IaIWkpqbO*rRJXFU3N6C7$F&eJXsOGp+%@5=88$90=%q%r9V2-%?"
    "wJs=_!?BOjHnwQ4V<5_2{9hCw=OQGPO`Ky%Q2-k+qK!V^0NA_m8qXGMyG=*x-jrHSv96Ek}Pz!!ZA`VzbH1bT&;$#D5hty46sVFtT1h{CNdH"
    "+k+lFXaVnTNPOciUB{AKxkR^#P_OuAF+%u7|86>o>(>Tes0Gu(Tyr{#iySEs&lcX213bP2X&aCaU7c+)0le8Z+=&4jWNwyiZE3zK8eW<C6(z"
    "21CNjFBdn=_xacr3y+U$Wmf;jI!RAGD0M>Mn>SLbaW=bgkO3mMF!b>9le%?z4Wc_OcPSt1OzhLNJdnCb-=#sy8b#u{oHwfVqD;Z!rNpG_--O"
    "RW={Dk2XE9>9zQ=5wu#c9k(E{Q@CTfAh)o)i?mm%x;1IEK{;+Jc)NzUKsLT61vdGz`l&*-1TdepKD<{Z1}#<=h(EWmP&Nv?*1L?kNiGLD2(`"
    "AjX)epP^R?JFjwhfjgTBAA)45SIGA;zVQno9!H#i3_DZS9S*SzL7J+u@#>O6C;**uoKWIeI2*STe}+dr@{mApSV<+=g3?Y&XDzr8N2QLSUK8"
    "9+-sd^zX8HL3!<Nj_S?9>P~Z;5b&j=|Bg&cf0ez4m9Jx8bF}HDnC&+13&J(hPvKBG(c^@n#12IUBo^Z1-#TSFfl~E96(7uw8Y3p5I#7-JVV#"
    "WOvNKcbVP1EQ$<2X)kC?(B{w!b`aW90el1DDq(V5uH@syoCr4~QKg4Ue!NMB22S7Bx4>YQ<zPggQWjEC<H@&93khJwY;6c5$W53M6E<aMZGP"
    "=aNdcf1hs4~>Mg+M2`r@Rlgj6(1-12*U|3pw<(WGPj+hPwJRXPZPVEi@^!iL{%%4mLBnysqppH??jocOw9`mn(a?b2eGF`n%+!__>!Z1vOl="
    "Q8-h!x43IK^sDK$nzjG1fTYd0oiv;^ShZKVyfwPFC^6}?EU8&HX*G|xMze6XS~y3lEV<aE0J<KvzOn+TE3;jyBe{+=!?vKg2e;!bHL(1-H8t"
    "cmJhxgij<|lj{H6c3%eId+`ZId8ySeYUGB7f{i@N?TwY7e?_B(_%eXnGr1F?vwJ|Oq1Eht5;%p}O06`ky|4w#svZ7Coq)vv#!5g<>gT^}i?h"
    "ArDF(3nmcARU?_KpwB8A*EERM6L&|Hmz5z(JNe};Hqn{F{vvu<)%Zh5HIj4STDh;`mTYiNv(mV;G(gh7YTAKktnCEU?`rf`>@xmSSzilUa`="
    "vCbYt+;U^!eVkPmfUn^EF*{FcF0UJ6ZCMM_}DYLpD1EIF8ej^^IcrKYN7b}ve1}0;wW~w2mYo+S0Y^pyf2&sjt6s$b0SuXS-ovc)ib+Ab*Os"
    "XR+GAVkb(=BhP7cC8>S*naD#UvIfsihOFy@x2LdoVyP#4y4j#;L=Ylqg`Wo+me~2rSR7i>kIQXtIi^ZYMgcBQ5|b?4B+nu`9tV!YQ#Z>?zKw"
    "iy$_t*(@Wf(krv5Ca4c8JQ+ElWvE)G(Vwy>0V(#Y_bIU{yQV0n0U6P%8l}H1prhm(MyHM>A)axH#+y(s`6S(=1S`>?k}9OA^(c6q?=8T%d9?"
    "<#1S<+O39!r|$S6%RdMe|f?zq3K2e<YyaxXi$_pQXR_bi_=MZSG7xEMyZBsguY@vl!PbhS_?)Te;0ZmR{Tqa7tCGOl~8q^ho}4y<OgzZ(rOb"
    "sB)PCa?dc_a9%X1S~r)?zA1UbFlrddMW#@c&~#juBwBj43*U&eYEAM11IdI1t#{XQ!U&wFC?+C5-mWk$SmV55V2Az>LlYAouf^$FEPC=bS%4"
    "`&Z!Y2kE}+d&MsxHyOBOAu(JFc8mR=RUoA-~ZJgaLB`BjSRwgU5gdJ`&ktDz`Su2{L%cZKblr!=$11`cWUA0v%w=EYUdoH7^%BKb;$*f48kf"
    "oKYg(Y08ttI*?Z6c$ns3yCr6Dpl4W~ulpIifTqq9tad=r40C;4Aqcf+?ezNS~A>l_<^||D;zbs;ulS8Ly(K`!F9W`z*k=Q!GrZ2DLh@&arJR"
    "R3N(|k}NVET`38u*)LO}U7{T;0;^Ij1usLGx~+bukuMT7-z?{*7p+LG95UW1_MiQ^H#KadPOzn~(lG2V$SCrz5iAobbtfpQ^DbbeO05Pj*r~"
    ")cc`=F=2cju3FD5*=SGA9{2q%y<=dV|&Dl8*1l_gcEYq^FY3APL}xGkEvDyrA7k}O3rC%!E*Mw{WaU^tVm>#qbOjJ1m$nW|<gv8}QqY9Q$?$"
    "E?V(iJFP6fF?w(S}(1dXD6T}g0Pz+w;6?=R3uHY^ecZYdYoi2`!5Nl^_?a#D6A5wA*Qn}ASd)Kn4wdj-Kr`kv8^|*<t(=_3@#zAIWW~T{xEz"
    "kg)!fxq%UZ-OfM)f45)@Qm!&2zizr4oFE7U{b~tOd-LQ2y<E;*+LN(?$k3jl7sifsDF+JC|s3>T<Iw^p!zO?hPDL~vf3^Km8P&E*>IlQAGi8"
    "AcN^|%$eC#X6p9jhlO%OdeCjjB_w(W<Mf4xkaN+b*>kydztpd#(~BAE|yFJ{&2sswCnoJ)j0L2QS&21)xtVGpaVI=o-T$tR@q!A*2c{_^jQn"
    "E29~#@~Mufp)1lWdZL&qW~nly9wMNs3#vk?P@{b<1fm2jyf7iB<|(i!Sfj6*GpUIotFcfnRVm6YNUE-|jVv#*qbNJ78YBp-N1S>u@U7!6N-l"
    "AoZY{mF88H$txF%;U$u9gToErHkqOmKl^R9?1*sGta{UR7H$g5<q#y5GfPb$|Pb1<c&1u1MW>91WctTT8i6f~(huPps8$tgoIof-G0A0tdTE"
    "3qo8A1>;!Qnr>i#4nhtPBeC{H8vHtm?{4)m$`kj)v%~HHZOQKtvFq-^EW`epElw$)-4OTaIr`-)+a-@s<@=Il)NdlW;m6+gR`T#dNI?v<-<!"
    "gu)4l9_&E5gd8|dbKRIK!pSZg>$i!}(-?k6B0yDC>(YmfMiY&{-R=lG+Bc{=%m7)(ZJDO=EJf<C_dK)bukt^;Xd7mR9ohdq~M5T<WM5aQbfu"
    "Fi4J{!3t03&UvUM;tzOR77l*C!O4W+<ktx-7c1bESnTge8HhU?)*6rmr9%SScPK!>u`|`6AS<AgwSUCaM*rPbs^kXDRltvMR}}n56x(-6`Uy"
    "8y{sQIkBiQG^*ICA*c(bi>{n55vkfEh%x`9Z7dh5Lm=2IvnvKH<EneK`J}a`zN~FB)UvFgCM-*$5U&g{1v8~Tax}mynKo)LdORQ^FD>=6?yx"
    "hU=C}DYWHFsQxUIvroV*dN8nQ;VE;~{+$SI{ek2%vijy$$38L7Q7NHCx-(5!&1UM}%4`Kh0<DlNw}g`<6{WvTEfqAsT{fTirO=O%xhcCKx#H"
    "ne=P+of44n=5*(vZ<P>v@v`u6|b2w1T2WL1*?)5SuMaO{3SOivZrz>3o+_2ZZ8uwbPE@-Qmm^UY%1R`mM>7OEw1${^{!YiSuJdku^=xdII8K"
    "82_l-Y5Tp1mf~rt1Eu;W6^Dz0Jb}Z^JAgbRXWUZ2}{;cq@NFZjdq$yV^K(RnA>m}kMTCgoCKQZVimn{%4y)Ln=1*lc0(ljR{Yp1~~Vlp@>=_"
    "-3P37U8@zbi&DzN{Rmr!5FHQ?j8l?y4iKU9x#ByD%~;T&9gJ)GzlX`Xx-WfGH?3=B-$-PO&&P**K4=H?O)dsx^Z)va!Z4ZZ<}&{jq(kLbtpu"
    "IIw@9cQKMDLb3d@7dnD0c_suTkf|%JgQ)<S(5k$vi>%ABp`}kGoTgMH?Jt9#7OQiyiX>~SL!^_deJ!${1}A}|d9C7~JSB9To+ewY#y7n;F0?"
    "j46)0mY1hl20+cH}@2|>d$L9cMKAwkJE-8Po7H?}DzEj_V2S2LwI=r=tvU^r;4bhK4D!9T;XaI*!(yuSa!LAfowk}7Dysk&Ch^2Is5*TjxI="
    ")_mT_rrKNy*nDa$HV%;+PRy+^}7we@4-*Jxwi<q-n@6M2`|VpH!@f@qo~+0aUdPBg|fXc94(+NWGWLhE-ZbszNo3RVzRLxaj>GSkh2x6#jN@"
    "+3oRk5HZ&up+@R8^jI3-t3&3{0@IF$&-#(T+;Jm~^3Nb3cyS`Po2FMe-Nxf)Bv@*@CD!u}^wnKPCWWk$6o;G(e=d*t`3&9gKOfX$2p{$gum8"
    "ldo`Kd-Q@2C<Ik|zwQ^QiJMGcgt|7_<Vi;4~^UFfXt)X*6xKcP@%88Ltv34>EGJbFeM5wJ<Fx47I+t+O2FhRJRr}RI7QjG$I|TbE&d4b~4N*"
    "axv&A4X~uK7pzY<J+ZhjYo`jTFDE9dU!Q6;+b}vX^t2DMaW+adYB7GS^)xB8pfCq8_ozrLr7MQBX0*1oy)PUrgR&B|hOkhv8?<&Wj;;!`Mkh"
    "S0f~dGMZ7*^#kER7C*E8BN>n_l_CNgBENH51K8lns-gD@(bZL9Dp|1xnby{_!9kg63mJg`eK&8*X|JSaJ-il^W-!ZAHCyffG?p{|XtGp#Q)H"
    "?KT2v8sWq$|<X!uB_BFgEK`ltg+{*RX15R;x6B`1U9{~t}b;hPN=0Pc{5_OSFjPVZ7@wL<umj&vn%1AlQbbN8Z3e|Q77ahsw+n_fGpxJ@H9&"
    "@Ikii*F0ZyWBe$+Jgs<eV0xs{U1hNb@&@;3&9kIc#U^RX-mn;jlJ~WfD7%g-xW~iknCN-S2ov)d(pf$HJ+qEvW3$uDQ9<@9+|FC|r3M^l!QL"
    ")H2=`@-&gtAGphBYlT^etjBmNZ|odo4>XNUSF)|1vDI;IEmqb}iv7%`>esKrmLY^fIX|TQFNM(<qrL8!ap?hbmw#elzDUf3sq=Ij}V~zO?N#"
    "imn5+*(uSgWvlx%4>Y<nTe3^BE;LFrmo09qZZl@GMlSg)@vSH*P%vb(|FQS6yRh%D9Wxs-V=ecKiZLCraV#t=Qmrv1B``X$?61kP9xv%A(6K"
    "ACTCa65u(U8Q;IKooCMN@?RjlqX*)PK^kTgjw8?>^sQ?7eAGqPPW->?(1R4JgSf2`3qQ8P*~o-!dOKDbP{X{|vx!?!jt<gN;}_#}p@2&{rOk"
    "})qOA}(AouP|RQ(=Fn#0WfYZIxaaZ$1Kq)lq*#)S}wUUuQC=gw=WDYa4MQAOfOtAJS;&gRxZ#e!=~IZb}^7MgfVC=MzKq>$E-{+ma)As<gN6"
    "x;3yQUlcu9G@iDnDRH!zp_B1s!sWE!AQ!@*!zcH^a2Bu3ZRxJ&tL9Q69hBfLfr?nQf{jdfyv9yXd!>!t^11LzQ%C2lT{WRJ&)Ut=P8Z`tpnl"
    "i>Tb2K!w`!TvPg|D<Mvn~p=rnLXH7PXqQ4>D&lL@gyYK{1E4kSw<<NUpynC@%uGIkA?utF`m9kvUN~WHk4+j5uetH#9FXY_LWvh&A!G(6cAD"
    "U$K6ymo{ECDKK8O4mMe_&M#FizpEf9<}>@UYOq_d!7$P(IkOtIO|jWCBDEPX?5mxyjVMs3G_Bn-7%;>xBQTCAS1aBq$t!y{7b3DSvnhrmVI#"
    "XGo}*wf;4gPA#kkS3M>oAUSu=~d*E#R9_%c&8`K&)I0X00jY_@T@3ab"
)
