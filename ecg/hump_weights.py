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
    "I60NDG_P{3GptoG#w!jn8>=!lO(zd7M4O+bB{5kwJt;!2Gc=>9{j6&+7qWt~lqK1(!mvOjRWHe;$1J!h7d6={W2t8=ASx3x`!PB&$RHsvGBR"
    "5sF0T@@Yb+x&P&5u5k}IsOZ7f14U#K{=b}tjJX{q-v;4^_NEv~O9aWv#8+$_l_87a;*Widr9Vk<W<1uOurkfvI&$fd_Fr!?*`J|`uwkSZv$D"
    "ll`gC^T2Acd(BuH#453k}hf~A28`DRV%D0pD<%J$S<y);VE6Hk}h(skf;E#ttmb#y)+muo-Nw0M=b)ituZgG7%?HHn6U*eE-c?HMzG(hqpch"
    "#Rj7C@;h|AA3NN*$_bG0xa4D6kDJ_1on<(KbZ88Kb2%AN#_9MZwzc3-I^eqahk*N?V^Dlxag)F2db+A?`f1_g~+NAC^JuV@ti7T`%m?&^39V"
    "+g!=dQ-6+b`5Ezpd;o)T5ZNw5DyX&@99x4JXJjs4TrC60dr(Ua*}gjx9<hHY?UOp)gRgelC3}9w*qb-l*lUi~#+hnJrAKZ>Bmlrzk!&BD2S^"
    ">nrG}pe#fuDJ^~=5FXL8bhBkIcqIg_87iDJTr7{TAuX~oh^auVZ=ou$^D9uFuP{6-=&B1hhobH=U92}P{3n30D6F6@kuV0OlcQ#|g0uv%<Eo"
    "!Bmn>p0<}L`U*&``1Dx;35ny_fEny7xF`l~XqDk$PNrX&6^bFf)1VJ%`P@gc-1+$ejlzos&^|F1wMjjVPv_au{+HKFFLaI(2ElPira0<L+q8"
    "?cllw6Uh92_6zRVXw9<ex=4L%qYCAoiw{B|1!6$KCa8K&aBst9jtgUk*R32eKNu?+qFe46*1~BeyruRd$4|}O{?=M5HCYE=dIzNn<%y{YO-;"
    "yMK!ph8!Q$qV5|u;Q6!Np+pm2d5UjSfKPEFXKC~1u@+~SJud1}N)3dfKx}y;-%`EXW3NR9?ax}U(WVPn3bSx~YxiGsQ>Z=4Zk~Quy8n9%sL$"
    "4^eB{7UM5VAWgcPFH#kF4Lc?WmM7eK9ktoum#jkEnaIe>h<|r?u3q7BFcj9VGdw1+R`bQ8-jIey`838?mgodo!FdOE3?sY#xuPJg5P)7P0Fj"
    "fisP+(=cqKC$Ma=vN&us;;}cYO*1htt1;dp>nKP!Jv25n;i2TTxvZ$T)-ye$RW-Y`j-YX;p|Gs2VXz(|wlx&B-Y!e8Kq~69kvPw)@G>f_^Q;"
    "UpVW!KhI<74+b26JSHyrY_dnR<Y05Q3)WHt1%8>k1FKps;!*R{v7S}{_vd@sKy!zKu>AvN{3T{p+6y|uKYb1cx9HZT;p>Mo2jLN%Hz(JvLOy"
    "e!4FeKWy0DKAi^^(!$kjx7+lNVK~ujw_rti!7cn#-KyBmp9)oB)hUIucvV_SFSL)J27c9el#dJfHgHT3@|vZsW0_6RWPued@e$^<22j2MYp}"
    "J;4&UH>o7qto2>q}vN)eE;<qL*3@vRm0y40zdNNoruQ9qc;WckDHnFNUIIfv2rIp$oE2${795q_GX1J56V=gW#;Vh{zSG7d5TR1kY)~zfs9y"
    "F>f1To1i2r9#^E2`!;N;d$fK(&rF$FWhaR3RK7q$FrA)vznOUA0NA-Z8`!DX9xCez>%?<T!e*yE4eJJT)b)P$vQ{4>Eh6&o16EQZ{@n$F_Sf"
    "u_!JtN+~}ps4d^Ho3AUoOt*+KvNWWv!>-0GUc11y7CGLkZXjp2o;BF5!lrkzBr07r$+FZgs4YY^t+zxh(X%+P6)wFdI<Ek@u(Id4?XXQT)-?"
    "I7Ii`Iq7Q5)RrZiHok2ln}t~Nicu_RzD1un@oPq64G{Iz8=U9`(F3b7Zj>@9jMR<KLDK`)xIL$Ajz{V{>7b*C9Jb+`hq#IbR%%R8R2bvEB1B"
    "A|jcBr#nxm9xXBBf23jrYPvF;jQ$g$S``cV6j=cSg;Q^KC&q{JsWVPYqHoZc(b%B=(bKLm^^kdPbm4X<*%MOQ?GQkSE&{!#JL2hKO{@AKCr$"
    "rF|C8D*)sMx9JQ;lPdWNGE4AdesVz^kh_rsU39dY(G&X!RxEzQqyfJPuudu;2Q>`d4PP^``*fokc?y(v&{jjGozBT_lGcji}F|ndGA+&+2Ij"
    "B3ZB`S@z`?UwOHaPD(OE9*uhAyPC!lyYjysb(sF1VvFxHyWpOflRyxu-F%mof%BMmb-fL@bE38!ry9W1NPn&o64Si7~saBC&uvFdb$bRI6&S"
    "y|f)IHYiCl;;;+2EH}n4F0=-!y{}z0c&C#(!!?7pim~#!z%{0<0W*v-HKpXUzqfF)yECOXaIO+9a<pl-nKt?*5vsAPyEU#WgE@;cP^eBd5T|"
    "<^HmxGL4LP#2$Fc9b)-Vh({jbb2*)F%L8n_9p6CGhT%dxdASF!Rm>n=2uD6^xm$T%u03OVdDNGS0zAF{ZtS1DVx@G`l!Zmuf4rL3K+B%awLw"
    "KZ@vdbCNeMz>|O?y%4p&az3dRxuH&#V(q$r#Ou>-8cy}`mXo0Fqz%4BCTt%lq96E6Dx|j9JMGd<g7L<sWJXEueU?47q$wy4>0GWz_35GGcht"
    "VP$aFgjyIk&!8dp=IIq353M@;qTBTvE-La>(-!bL0FSj-=QZLRcXD`JwPPJ&Rinckr#W0pB*d)!ir7q?)j3vpiRW)KXh&H9P`Yz<OJs?}L8="
    "X6}k+k}^;i*9^Ot&SmH7ac^<{^<YUN8i&wYJu|Yb+J13ZYA|P%gVODi`k{R5Ii??J>QlsW4@>f-p}khbm3C1-2c!f3#dNinklM3KhFA4y#is"
    "IyJ#5%Cf1q5i8U!pCRTe!lL>u8>ucbCoNnp`J>q@$Fj_^OfrxzBQDXcXSa{J60{38#kN{2U#vDLimaxz%rJ8(B(HL_n=-i(?kOCq3@L*se5o"
    "@u7bP3BW2uG$Vzeu?Z7)SLT(W8>?6jh{$1Z;}O|_yl-6avMx~Rmn@Gz(_yB;AT%P!EM=&diUZ7pV@GOg_}E2)*V^sfJ??X>{2Q!#id)wPM94"
    "6{bC$}qSxkhN<z5;O^}#4$3mvoUNgubzb}4>DLS6{VH4p)U!hE+JZ~K(r>YOtBcL^|XMoiYqfNb+2}?NwGPyc{AuWRkqVLB%XjJg))Y*?=n^"
    ">1gga}wK6j!;Udee9W_X;MI@cEm9`MDiL)~^BCMFKWgjlDtg-#Fh_i;P@iZ1V7`41IF(Z2|;4QkX_#~gH+ONVj4KySv{ho-enlX8)IjG98eX"
    "{Sa`LozA#4Qc00I#B}m##Rjbf#ysvN4)9E3+ysNhtj)L^HG_cP$&PU8?6bT{QYE1T1-}Dlzvgm#srBTCCfw#<57X5;(RjfUmbO;+BY{xt^)D"
    "4z~O<kSS2MS1x6+%A%|#M>8)WcCZjNmNVKb_behbODU5k3b0%?z9q{dxTIaTGdEH*>8mU^*Dw>biZX7rZM#h@^D<?(y{xOW7_@XK1UcZbV63"
    "w>IyJZ_0WG38PdD+g!l!*R2Ci{6J1h>hovahFzZ`ll-ZL_@*eY_h>ouUYdZ<G&)vxp=2{A&n5;BFd^|vD|zO<&QEH)=J0ym$rqpW{4Af+-e0"
    "5GzzBAvdpZ7s_tRxf+BfiKIp*E5l;o3KE#RVaa+_biyT!Kk08VYHtwU9E^N$TU?qLoKf>yDs4<a3dlu=OkOQvosa8oiYxoIi>NiAuh1ByEHD"
    "e&9iwipD7SAg{E`1yRqZ039^_d^&|H&&oy_k@TdK-A2Q7$ewEC#&!@+?$}O<9U@~4W%dn8H#;9AivL^tv)U-@ES}g}HM79~YLa@57d@$-HLZ"
    "E#x`!qMOyE0>}=rQ0m*RdnB4X}^2#kZWdqA-LtFtvuZlPU4F2C5#p#I)=-p0A^>C9vYR6F1znDLF<n^01sSXED$=k~NL7R=Q<4H>|!i?zg};"
    "IJ(`t+p0FK_qg$?wY0r61UP27R=6a&m$ZPhxH&SV%Q0)XB0jXAPqmA-$1X`U12b2-TabdXbT0}tAiI;Z46!P>D6i|ZJGLggMYGR5a=7v}vnF"
    "b$RIU>&n>WucF|gM)o4v=d9Jxjm9kj~2ak=lqO*uZb-K^@gCbj}Rq8#WoAGUP2kU)dFhA4AAd$i6v!afhI6DpK3)w?4(lfK?L%)h@ep}v8!b"
    "~=YI;yjhc!?Az4DLnu^4#Xd}y*q|KRX!IzBtIg-^1y$+tHE@>6h03>9XqeMi$Lf*h(cg8fW-kk&9!$t6uuO<dPcIsQoHlN>%?KPxjt|}=0Ys"
    "UFSy4<t-xTwFhrV02}T65<-vHnV7$aV_&OR!SU#=5y1;(HYe2)kFFk0*ExvQXySxcJZ9Jm5_$>Cpyu8FL1GRgkO+dIl#X!QnuC_6}$)Ulyel"
    "%4&qs76)0zT3^9YWPP6uhB0r!nC^5H#brSTu<-GBOCTina(ank>XNNiXBFfHSGNyEO~B;<l?Q&9&w#t}~yrt2Jx4$1>9^Q@X;gk+y6#a<)vf"
    "qBg;^$0x8Y$ep*b_Oit>hC6h*WUgm7_OjEnvNFT9`nr<2NGAz2-LUhyel=3E1~}BSC%DfsFu2RJ>#;7ir>_67biKW_LbfNg2)Gj|89TeZ^*3"
    "KRqqXcS3Ar}B7_^_c3b7h84>%gQbFuHWvpFEQG`5W~1Fiq5Vx~2q&#j6KZL^uCAsx!7t|P6fE3KLx@~LmMDJ5i({3_+5@UF<ESSUrT)FjxbO"
    "(feauqtVwJgmGGxSb=WSt>KB4yUZ7SF$dy0FUmaM5U{&G_OT5L9bA;(Jl+8=q#@(x2ajFP^2TL{Hh?Us;tE+Dladq5vNt8$guyce+)#Yysu!"
    "W;<VYU6(qZ-K%TOyX0K{1hN|AU;u&-)9VXJE?5;Pak(qj}VJrlx@uWj8F)%x%qN<Ro_pY6!y`=xE7N&EmD=B8CO{Wp2Ei7lJj3*c=Ii^b?h@"
    "WFEaHLAH9Uwm|fS!;f4k&*fDxqkT52=(LL!_^yqb2SwyeJteP^1Pb6e!avTPTgGyC_Dn*(9?vRVf)BAu5ondn)>{?5(^WWG131$C~}7&8>y0"
    "S}T<!m?=;od7!r)_Nq{)%_0Gw+o~R-X&jrH=pr7dETK0l$EtIv8>x(}kfcN_t*Z1VcB*!tdl<4L<DWDv7a{qf?<rTO%A+2s7^NGXyD)0BMZV"
    "N6POA|!^RLV;0<Rx55HJa?Xu2n@BeSHq2r{#{_qFY^b}4VDT(IIZ-5OuFJ}gVF;jb(m$+)4R)~9H$T&*jv;w^Zn(5+^y^|4wd-lRaXex;BvA"
    "*rRa{h`Mvfu`oFJ1kBkB(y@bQLCpRzcSdYL9MANT&%Yy-k%UABeMD{6d#Wrt|;BBMz1?5V5;z}s3NVX2rc3%VXF%nKPyeB9ww>|6)tuyp&}S"
    "1Z7Nfp%N5!rcqrGHQJvQqO`=C2N2?>C&nu20k*j&6`KdH0NTPwTKP9U$o31n_3ofsxyRO@;bT9@nrzygl6SX}p$S6RmrYaJx+^LC-Fso1_T&"
    "N3;l_zkZ6P`#Wn4B>w+9)ub$0~j$w5!-8<R@GhuPHI1B`q5*S1MsA3aKF{ai+hT2PBmnm96U|*&gpNc&un7ek(#N)F@82NHO`XLbPuvsjNDz"
    "W2}RsvnUOz`7ci?P%MotbQ*UcysI!FE-pMFEGp-vNi3=|kf_2i;H&2rxH8bJ2O>JSh^Rm;T`t?NAvDOW*RoxwzcDJRz^{m`P%S*7*`*ht!mn"
    "a9$TU}~tu{3#VJw@mHNN;L!mM>OE3Nn^Dy~yB;w%oZU%C^h2(WOtsxSt*<+Ovc%qT^vRj$W07^vK~3NG}l@~sl5%(%3v&8coETd=Gu1SagHD"
    "x|`$h_QI6fT-lHw<?UD*C+@peJQ#tMH!T*u`21UPast(N+_@~%P*LuCMmcs2&R!J_$%ow<1$?wU7V^Ut1Ub(e=^f4JFgxwelWnUnl3yy2@#t"
    "wt}tkyaxL|-yepY7Myx(J`KU!O?JU<fOfbu@lr~GTkgYL1a5JJaeJvuTg*4+iM?8<UFFcyBJuu(4RU}h1y0e_K6hYfPAT=wc2Qrzzd%E~Ak}"
    "^cYxVOtNKd9p;X|0<po+K@wPY~v;*spS|(yV)_FDQ!>&LqMo<RX47;GQO-ZjN29GNleC5G5rr^epP28z<u@QY3RAODQ)Z)~(SkUa6IuV5v{8"
    "Bd!&tIj=LOw5%Jbo}Kb6lP&uz<f(ot9;~;kMlAFwKqqxCsxU;VStF(?v#_iw*QlB;V6reSK`P>)fTVb=y0D=vu&Oh!tfu9v$|OHB-YIA-0xX"
    "`W#w7!>aWIN4D=5D$A~KI88zhV!jj>v-ccg16O07_&oGkMy@S;DYy{I@e%s1q)7BhgWqA98@?k!d&V-@S8(mBjFohCmoYb(|`^E00*{UTyGb"
    "+wx<8Zf9gXtwk;(lB(a3^Ii-sxRg_)v2DZ2f049z62pVg{V-f$v0E5Bd9L8D><$;WUOhq3pMpEUavv8JiE-d8N5xgMJt!STBy}7fiy?7Nwp9"
    "&8@#SH%ryM71hrqhvA1zDDJ^<7p2w=akF=e-XgO)YF}$xd`7bWTqP+yTiKu6$1ts|(SfoNG(x!$i$r?E(3N*SQ4JPg-FDPCr3@EIqlAYBRv?"
    "v;-(WTufjw6Mr3M)vVzND_Ab0o<g$S_B+e=#dB^{Im^-y+_tBPseU`?mZgx-P9MLLLaQGbY}vr=%?>2q+IOhcC-01tSZlaV!(0RI9VFJEU=_"
    "cdT+M6{?P`Jt-5a>nu_)Z!BahtSdGq;VgQs@SLnKl&B6cBQPE!N3GYi4zUERx2xeTPOUDeimjZiRjT|f%`zH3BQi@Y9x=tNEjt!5%PZ`+X&q"
    "}a->oMy$Tyy`$gHZgWw!9Iudyn$3^;f;zb&sR5<7`FtU*PuR6SfaDJ%ph#;md>f-bD2kE}Scex+zIxvj3OP$|PMQ7~REc`z%hMlNzCZm7U7J"
    "GEuB-;yh?sh>5d5~?n!;-uFs{W3K$Zzx8xMyPQpx*-Uw#~ZS!ex$)978P<Y+A`TF^{75C<|=_A3nmya%C560$gFfH39nnKtu81f$}=r1ODO`"
    "e0<k)<11>_Z*sYA4mZ-ZeOR=yeel6oJ1u!-?MlBz#AF(s7)2O&Ea-eQ8Zn66)@-I6kz^rGW0Wnmt1**j;nG@x$N2k>=hb|4VUL7JcQ7%y@jw"
    "L@ZY_6;;ZYa7i^{k32v?whwORiQYF|SFX?6iL-{V%ht5-l1uqOS$94J=NnJEZWi2C+e{H?f&E$gq?o2s2JIW-&=LhcUM(Q8fUqOdU5OFt*FG"
    "b+C)03MF7F9I{9$o;0^IR2tT(ps|CT>mXC8v!G_Ie5_`$ajx|xMJPKa+$EB&U70YXNF+q3Agr6FsV$tS!Xn5NajdNz?W-xNU?@PQ4lxQabuF"
    "nro-R~1cDNC+%`=xWOF^VDSU|-nS~&+htg<Y${<5|%GCN{0%CUnzJ2$~Moioa@fhrd}Pdx>+7rqw2RKjw;IJiTsgexAy1jXpH0mhZLB*`?fW"
    "5g%K%C$$g)4Z#=LA?vHE3}Qp;VwJ8bHpsX?zn=ubj9~R7P$<n@T*-l7bwyzy{#Xx`Lc4flQU*BKd*8uh&Ph6!7|6G2CzykM64&YP^@aScdXo"
    ";%d8o$2P|N%6|k!|cfpHBazM_tCp>qnJ3u5nr@Kr*>BGLkhQePwOTr$oMZNn#Ye4I#O|+J|fI&*RM8bkU=sl%4Gq~|Nr@rYt&N1O9EV2=?0;"
    "%yZr>#6NlBuDrF(`1S>avV8hcPZKyr|8r)HE<N^ewHijWlYj_bfFlSE*PikT=(@3aliow=~->7PLOK<f%I~zO<S&sHp$27bp#=+Oius#5A8W"
    "lQ7vRbFgo*53TGmoU;fp+Nk2KktfKima^6~1~DZq*tUMKtTaF}rZ9M^oiwwxWG+N3VyO%)@H2C?@3d*OZ7tI)-mT)Tw5h~1N2_BlQ>$34i6="
    "g%sj4+IdN3R=XslBnurfk1RV|sfvNEcuH!Z;{mZd2vC^Si=L#xmnWi)3j_O1u7!>C4|{H{|nHLPK*f+!-X2d>UFJ2K}lP&Cpn^08O5b*ter_"
    "ptdiEvT2RMk>mhFSHysjx+!?BCyh{*)tI`5Gunm`7(L1Kq&?+t)?p_l{h)Dr>%>xvNCKbb*7#zYNMnyM<M7h864aw&nK0n*sfYPA22H{6E%D"
    "?Ewj(E&a4J7aI%dwb*y8o!!F{dIJ53GgEU?=EwM4M7Bv1byD3{Ne={Jl6Dy=Exu~ZnPdml5H?AA8^E7}kbF|vBOtH&0L$snbPOi1A5-cjGYq"
    "s<?p)^Z0v9M0Agfa>-xGHWk<}rP-aVc>sI;bEg={9(;d9CiSqc4IijWR1Ti!PS7{4t9!f-YVz#3?x{9y1{>aVoGbi8CWFU9>Z`dasMF8MJ>h"
    "0k03V#V8c3xUt(b+A~Tr$h5SwGb_0)`zir7FfXvQ-z%#qJFeR&^fDf`ld@^FpRtpxk}M7?YAgV+jV({IY$oC+KdrVT1Tm_wWv!L3%rLkr-?N"
    "9bJ*+k^1GKCz{jd?R>L^a5F|rOcMKC5VY&P^PC$`76*026Hw6(`GTCx1Gc`6F3ShrX?Z8T9ZoG^eWAf|ntMWmQC0HE+K9j6MTTP9ngV5~bdV"
    "=wzCZZO&}&n=TIekn4zRxX_|qA5=)A}swU_%A6j#4a*1KQst3Z!kqLktt=e{4WkP9xM?nIxW*E<S<t=m@%g_g)3?x=(d`-9jOtji?y>Veyx|"
    "Y5+_ir$+PGrrzpE9?67^TW;1IrsxHi~gEH%|zb-;7?xOQ3hBVi&=CDz&w=@7SXty`D{jYnkoV9Q^eynn?4k?4CU$`SUq%^5C0key*7c`4B%r"
    "O2hyfb>VGcfcp^{f&qEHj3(OtVI_2D81fH#F=s^DL)0MKgD^C@c~z=&5xk_%%1R$FNkiz_om`VK?M7&oGa(7B?!jm@o+~2e0NRUOFbWn6kgL"
    "SFy;h4m9X8>MXM|<uf+1Lo9MD9;`Jcem8%!>97B=z%LsqX|mz6(yuo)8MJ;Z7_6wQGbx0q0kv&1V=%ZYpD)cQAui=DL@jYNzb%n4>nI#42qX"
    "k1hAeO~8ZhN8^SI@)#WnLa=rF*zEjie-oG`pGp{#r>$vUjMB(@;8@~Z"
)
